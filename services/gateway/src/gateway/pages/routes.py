"""All routes of the page."""

from litestar.types import ControllerRouterHandler

from gateway.pages.dead import act_on_letters, dead_page, letter_page
from gateway.pages.home import counts, home, rows
from gateway.pages.jobs import cancel_job, export, jobs_page, reindex, summarise
from gateway.pages.library import import_papers, library_page
from gateway.pages.paper import paper_page
from gateway.pages.recommendations import recommendations_page
from gateway.pages.saying import say
from gateway.pages.signin import signin, signin_page, signout
from gateway.pages.similar_pdf import similar_found, similar_page
from gateway.pages.static import favicon, static
from gateway.pages.system import ask, feeds_page, run_feed, status_page
from gateway.pages.watches import deliveries_page, make, remove, switch, watches_page

HANDLERS: tuple[ControllerRouterHandler, ...] = (
    home,
    counts,
    rows,
    paper_page,
    recommendations_page,
    library_page,
    import_papers,
    say,
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
    similar_page,
    similar_found,
    signin_page,
    signin,
    signout,
    static,
    favicon,
)
