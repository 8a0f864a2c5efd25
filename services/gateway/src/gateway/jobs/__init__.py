"""Long work people ask for: kept, done, told and repaired."""
