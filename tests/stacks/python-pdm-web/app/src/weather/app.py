import os
import tempfile
from pathlib import Path

import uvicorn
import yaml
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route

PLACES = yaml.safe_load((Path(__file__).parent / "places.yaml").read_text("utf-8"))
last = Path(tempfile.gettempdir()) / "last-asked"


async def health(request: Request) -> PlainTextResponse:
    return PlainTextResponse("ok")


async def index(request: Request) -> JSONResponse:
    last.write_text(str(request.url), "utf-8")
    return JSONResponse({"for": os.getenv("NAME", "nobody"), "places": PLACES})


app = Starlette(routes=[Route("/", index), Route("/livez", health)])


def main() -> None:
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ.get("PORT", "8080")))
