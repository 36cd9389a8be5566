"""Tools that make pages out of sources: which command runs them, where they write, what they name by content.

As their documentation has it: Vite 7, Create React App 5, Vue CLI 5, Angular 20, Astro 5, Gatsby 5, Eleventy 3,
Docusaurus 3, VitePress 1, VuePress 2, Next.js 15, Nuxt 4, SvelteKit 2, React Router 7, Parcel 2, webpack 5.
"""

from __future__ import annotations

import re

from speccompile.record import record
from speccompile.regex import regex


def _key(*names: str) -> re.Pattern[str]:
    """Where a configuration gives a text to one of *names*, maybe in a call (``resolve(__dirname, "x")``)."""
    return regex(rf"""\b(?:{"|".join(names)})\s*[:=]\s*(?:[\w.]+\([^()"']{{0,80}})?["'`]([^"'`\n$]{{1,120}})["'`]""")


def _config(*stems: str) -> tuple[str, ...]:
    return tuple(f"{stem}.{suffix}" for stem in stems for suffix in ("ts", "js", "mjs", "mts", "cjs"))


@record(kw_only=True)
class Generator:
    """A tool: its name, the programs that are it, and the word (one of ``verbs``; none: any) that makes it write pages.

    ``output`` is where it writes by itself; ``flags`` and ``key`` (in one of ``files``) say otherwise; with ``nested``
    that is below the directory that the command names. ``single`` is whether one page finds its way by the address.
    ``page`` is a source without which there would be no site. Directories as in ``plan.site.Site``.
    """

    name: str
    programs: tuple[str, ...]
    verbs: tuple[str, ...] = ("build",)
    output: str
    flags: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    key: re.Pattern[str] = _key("outDir")
    nested: bool = False
    single: bool = False
    page: str | None = None
    immutable: tuple[str, ...] = ()
    digested: tuple[str, ...] = ()


VITE = Generator(
    name="Vite",
    programs=("vite", "vite-ssg", "rolldown-vite"),
    output="dist",
    flags=("--outDir",),
    files=_config("vite.config"),
    nested=True,
    single=True,
    page="index.html",
    digested=("assets",),
)
SVELTEKIT = Generator(
    name="SvelteKit",
    programs=("vite", "svelte-kit"),
    output="build",
    files=_config("svelte.config", "vite.config"),  # from version 3 on where Vite is configured
    key=_key("pages"),
    immutable=("_app/immutable",),
)
NEXT = Generator(
    name="Next.js",
    programs=("next",),
    output="out",
    files=_config("next.config"),
    key=_key("distDir"),
    immutable=("_next/static",),
)
ANGULAR = Generator(name="Angular", programs=("ng",), output="dist", single=True, digested=("",))
REACT_ROUTER = Generator(
    name="React Router",
    programs=("react-router",),
    output="build/client",
    files=_config("react-router.config"),
    key=_key("buildDirectory"),
    single=True,
    digested=("assets",),
)
NUXT = Generator(
    name="Nuxt", programs=("nuxt", "nuxi"), verbs=("generate",), output=".output/public", digested=("_nuxt",)
)
NITRO = Generator(name="Nitro", programs=(), output=".output/public", digested=("_build/assets", "_nuxt", "assets"))
"""The pages of SolidStart and TanStack Start, where Nitro is told to make some, and of Nuxt by a preset."""

GENERATORS: tuple[Generator, ...] = (
    VITE,
    NEXT,
    ANGULAR,
    REACT_ROUTER,
    Generator(
        name="Create React App",
        programs=("react-scripts", "craco", "react-app-rewired"),
        output="build",
        single=True,
        page="public/index.html",
        digested=("static",),
    ),
    Generator(
        name="Vue CLI",
        programs=("vue-cli-service",),
        output="dist",
        flags=("--dest",),
        files=("vue.config.js", "vue.config.cjs"),
        key=_key("outputDir"),
        single=True,
        digested=("css", "fonts", "img", "js"),
    ),
    Generator(
        name="Astro",
        programs=("astro",),
        output="dist",
        flags=("--outDir",),
        files=_config("astro.config"),
        digested=("_astro",),
    ),
    Generator(name="Gatsby", programs=("gatsby",), output="public", immutable=("static",), digested=("",)),
    Generator(
        name="Eleventy",
        programs=("eleventy",),
        verbs=(),
        output="_site",
        flags=("--output",),
        files=(".eleventy.js", *_config("eleventy.config")),
        key=_key("output"),
    ),
    Generator(name="Docusaurus", programs=("docusaurus",), output="build", flags=("--out-dir",), digested=("assets",)),
    Generator(name="VitePress", programs=("vitepress",), output=".vitepress/dist", nested=True, digested=("assets",)),
    Generator(name="VuePress", programs=("vuepress",), output=".vuepress/dist", nested=True, digested=("assets",)),
    NUXT,
    Generator(
        name="Parcel", programs=("parcel",), output="dist", flags=("--dist-dir", "-d"), single=True, digested=("",)
    ),
    Generator(
        name="Rsbuild",
        programs=("rsbuild",),
        output="dist",
        files=_config("rsbuild.config"),
        key=_key("root"),
        single=True,
        digested=("static",),
    ),
    Generator(
        name="webpack",
        programs=("webpack", "webpack-cli"),
        verbs=(),
        output="dist",
        flags=("--output-path", "-o"),
        files=_config("webpack.config", "webpack.prod", "webpack.production", "webpack.config.prod"),
        key=_key("path"),
        single=True,
        digested=("",),
    ),
    Generator(name="Hexo", programs=("hexo",), verbs=("generate", "g"), output="public"),
    Generator(name="Quasar", programs=("quasar",), output="dist/spa", single=True, digested=("assets",)),
    Generator(name="Ember", programs=("ember",), output="dist", single=True, digested=("assets",)),
    Generator(name="Preact CLI", programs=("preact",), output="build", single=True, digested=("",)),
    Generator(name="Umi", programs=("umi", "max"), output="dist", single=True, digested=("",)),
    Generator(name="Slidev", programs=("slidev",), output="dist", flags=("--out",), single=True, digested=("assets",)),
)
"""The generators, by their programs."""
