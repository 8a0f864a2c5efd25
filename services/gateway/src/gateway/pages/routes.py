"""All routes of the page."""

from litestar.types import ControllerRouterHandler

from gateway.pages.dead import act_on_letters, dead_page, letter_page
from gateway.pages.home import home, rows
from gateway.pages.jobs import cancel_job, export, jobs_page, reindex, summarise
from gateway.pages.paper import paper_page
from gateway.pages.signin import signin, signin_page, signout
from gateway.pages.static import favicon, static
from gateway.pages.system import ask, feeds_page, run_feed, status_page
from gateway.pages.watches import deliveries_page, make, remove, switch, watches_page

HANDLERS: tuple[ControllerRouterHandler, ...] = (
    home,
    rows,
    paper_page,
    watches_page,
    make,
    switch,
    remove,
    deliveries_page,
    feeds_page,
    run_feed,
    ask,
    jobs_page,
    cancel_job,
    export,
    summarise,
    reindex,
    dead_page,
    letter_page,
    act_on_letters,
    status_page,
    signin_page,
    signin,
    signout,
    static,
    favicon,
)
