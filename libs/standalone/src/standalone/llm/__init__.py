"""A language model for tests and demos: the real protocol, scripted answers and faults."""

from standalone.llm.app import ScriptedLlm
from standalone.llm.script import Script, Step, load_script

__all__ = ["Script", "ScriptedLlm", "Step", "load_script"]
