"""The pages of ``--help``. Written by docs/build.py: do not edit."""

PAGES = {
    "": """\
Usage: speccompile [OPTIONS] COMMAND [ARGS]...

  Compile specs into deployment artifacts, and prove them.

  Exit codes: 0 fine, 1 diagnostics or drift, 2 usage, 3 internal error, 75
  transient failure, 130 interrupted.

Options:
  -C DIR      Run as if started in DIR. The project is found from there
              upwards, as git does it.
  --version   Show the version and exit.
  -h, --help  Show this message and exit.

Commands:
  init      Write specs to start from: the services that were found, and...
  import    Make deploy.yaml of a deployment in another format:...
  settle    Decide about assertions that are unsettled, not understood,...
  generate  Compile the specs into deployment artifacts and write them.
  check     Tell whether the artifacts on disk are what the specs give.
  plan      Show what the specs lower to: on a page, or with --full all...
  explain   Explain a line of an artifact (Dockerfile:23), an assertion...
  patch     Change generated files so that it stays: patches/FILE.yaml is...
  eject     Make FILE, a generated one, your own: `generate` leaves it...
  verify    Run the project's own tests and proofs, and record what they...
  report    Tell what the system is, what became of each assertion on...
  build     Build the images of all services, or of those that are named.
  push      Push the images of all services, or of those that are named.
  deploy    Deploy all services, or those that are named, to an...
  status    Show what runs in an environment: of each service how it is,...
  rollback  Let all services, or those that are named, run what they ran...
  run       Run one command in a container of SERVICE, with its image,...
  inspect   Tell from which specs an image was built, what was verified,...
  releases  List the releases of an environment, show release N, or tell...
  agent     Let this machine run what the current release of an...
  secrets   Print the kubectl commands that create the secrets which...
  route     Give applications their places on a host that many share: one...
  doctor    List everything that is missing for building and pushing,...
  schema    Print the JSON Schema (2020-12) of a file format (assertions,...
  lsp       Serve editors by the Language Server Protocol: findings as...
""",
    "init": """\
Usage: speccompile init [OPTIONS]

  Write specs to start from: the services that were found, and assertions for
  people to settle.

  Works beside specs that are there already: they stay as they are, and only
  what is missing is written.

  Example: speccompile init --app bank --yes

Options:
  --archetype [web-service|cli-tool|data-pipeline|library]
                                  What the project is. Default: guessed from
                                  its sources.
  --stack TEXT                    Which stack it is written for. Default:
                                  detected.
  --app NAME                      What the project is called. Default: its
                                  package's name.
  --path DIR                      Where a service is; may be repeated.
                                  Default: looked for.
  --yes                           Ask nothing: take what was detected.
  --format [text|json]            [default: text]
  -h, --help                      Show this message and exit.
""",
    "import": """\
Usage: speccompile import [OPTIONS] FILE

  Make deploy.yaml of a deployment in another format: aramb.toml,
  backenderer.yml, score.yaml, compose.yaml, a Procfile, fly.toml,
  render.yaml, app.json, a service of the mini-PaaS.

  deploy.yaml is printed, or written where that is asked for; what could not
  be carried over is listed, with its place. Secrets are carried by name
  alone, never by value: one that stands in FILE is an error, and the exit
  code 1.

  Example: speccompile import fly.toml --write

Options:
  --from [aramb|backenderer|score|mini-paas|procfile|compose|fly|render|app-json]
                                  The format of FILE. Default: told by its
                                  name and by what stands in it.
  --domain DOMAIN                 Give public services without a host the host
                                  SERVICE.DOMAIN. Default: localhost, where
                                  there are several.
  -o, --output PATH               Write deploy.yaml to PATH, where nothing may
                                  be yet.
  --write                         Write specs/deploy.yaml, and a manifest
                                  where there is none; nothing that is there
                                  is changed.
  --format [text|json]            [default: text]
  -h, --help                      Show this message and exit.
""",
    "settle": """\
Usage: speccompile settle [OPTIONS]

  Decide about assertions that are unsettled, not understood, lost or
  contradicted.

  On a terminal each is asked about, and each answer is written at once: a
  status into the manifest, a binding into deploy.yaml. Without one the
  proposals are listed. Ends with 1 while something is open.

  Example: speccompile settle --yes

Options:
  -o, --output DIR      Output directory, as for `generate`: how assertions
                        stand depends on what is generated.
  --yes                 Ask nothing: take what is certain, and leave the rest.
  --format [text|json]  [default: text]
  -h, --help            Show this message and exit.
""",
    "generate": """\
Usage: speccompile generate [OPTIONS]

  Compile the specs into deployment artifacts and write them.

  Example: speccompile generate --diff

Options:
  -o, --output DIR                Output directory, from where the command is
                                  started. Default: what deploy.yaml says,
                                  else generated.
  --target [dockerfile|ignore|compose|dotenv|gitignore|nginx|caddy|site|serve|health|crontab|package|swarm|kubernetes|quadlet|bake|github-actions|terraform]
                                  Write the files of this target only; may be
                                  repeated. Default: what deploy.yaml says,
                                  else all.
  --allow-unverified              Go on although assertions are not settled,
                                  or tests and proofs have not passed; nothing
                                  is labelled verified that is not. Given to
                                  `generate`, it holds here for `build` and
                                  `push` of the same specs.
  --strict                        Want every confirmed assertion held,
                                  evidenced or the program's: nothing lost,
                                  contradicted or not understood.
  --discard-edits                 Overwrite generated files that were edited
                                  by hand.
  --diff                          Show what would change, as a unified diff,
                                  and why; write nothing.
  --dry-run                       Write nothing.
  --exit-code                     Exit with 1 when a file changed, as a pre-
                                  commit hook should.
  --format [text|json]            [default: text]
  -h, --help                      Show this message and exit.
""",
    "check": """\
Usage: speccompile check [OPTIONS]

  Tell whether the artifacts on disk are what the specs give.

  Example: speccompile check --format github

Options:
  --strict                        Want every confirmed assertion held,
                                  evidenced or the program's: nothing lost,
                                  contradicted or not understood.
  --fix                           Generate again what has drifted.
  --deep                          Verify every invariant on the files as they
                                  are on disk, and ask the trusted checkers
                                  that are installed.
  --format [text|json|sarif|github]
                                  [default: text]
  -o, --output DIR                Where the files are: what `generate` was
                                  given with -o. Default: as for `generate`.
  --allow-unverified              Go on although assertions are not settled,
                                  or tests and proofs have not passed; nothing
                                  is labelled verified that is not. Given to
                                  `generate`, it holds here for `build` and
                                  `push` of the same specs.
  -h, --help                      Show this message and exit.
""",
    "plan": """\
Usage: speccompile plan [OPTIONS]

  Show what the specs lower to: on a page, or with --full all of it.

  Example: speccompile plan --diff staging production

Options:
  --format [text|yaml|json]       Default: text; yaml for --full.
  --full                          Show the whole plan, each value with what it
                                  is because of.
  --assertions                    Show what each assertion demands and what
                                  became of it instead, settled or not.
  --diff ENVIRONMENT ENVIRONMENT  Show what is otherwise in the second of two
                                  environments of deploy.yaml instead.
  -o, --output DIR                Where the files are: what `generate` was
                                  given with -o. Default: as for `generate`.
  --allow-unverified              Go on although assertions are not settled,
                                  or tests and proofs have not passed; nothing
                                  is labelled verified that is not. Given to
                                  `generate`, it holds here for `build` and
                                  `push` of the same specs.
  -h, --help                      Show this message and exit.
""",
    "explain": """\
Usage: speccompile explain [OPTIONS] FILE[:LINE] | [MANIFEST#]ASSERTION |
                           SERVICE | KEY | CODE

  Explain a line of an artifact (Dockerfile:23), an assertion (A-017;
  specs/api/assertions.json#A-017 where several manifests have that id), a
  service (api), a key of deploy.yaml (services.api.port) or a code (SC204).

  Example: speccompile explain generated/Dockerfile:23

Options:
  --lines               Show each line, not only where they are.
  -o, --output DIR      Where the files are: what `generate` was given with
                        -o. Default: as for `generate`.
  --allow-unverified    Go on although assertions are not settled, or tests
                        and proofs have not passed; nothing is labelled
                        verified that is not. Given to `generate`, it holds
                        here for `build` and `push` of the same specs.
  --format [text|json]  [default: text]
  -h, --help            Show this message and exit.
""",
    "patch": """\
Usage: speccompile patch [OPTIONS] COMMAND [ARGS]...

  Change generated files so that it stays: patches/FILE.yaml is applied each
  time, and proved as all else is.

  Example: speccompile patch from-diff generated/nginx.conf --reason \"the
  gateway's own limit is 20 MiB\"

Options:
  -h, --help  Show this message and exit.

Commands:
  new        Write the start of a patch of FILE: comments that show what...
  from-diff  Make a patch of what was edited in FILE, or in each...
  list       List the patches: what each changes, why, and whether it...
""",
    "eject": """\
Usage: speccompile eject [OPTIONS] FILE

  Make FILE, a generated one, your own: `generate` leaves it alone from now
  on, `check` holds it against the other files.

  patches/ejected.yaml lists it. To have it generated again, take it out
  there, and move your file away.

  Example: speccompile eject generated/nginx.conf

Options:
  --reason TEXT         Why the file is yours from now on.  [default: somebody
                        wants to keep it by hand]
  -o, --output DIR      Where the files are: what `generate` was given with
                        -o. Default: as for `generate`.
  --allow-unverified    Go on although assertions are not settled, or tests
                        and proofs have not passed; nothing is labelled
                        verified that is not. Given to `generate`, it holds
                        here for `build` and `push` of the same specs.
  --format [text|json]  [default: text]
  -h, --help            Show this message and exit.
""",
    "verify": """\
Usage: speccompile verify [OPTIONS] [SERVICE]...

  Run the project's own tests and proofs, and record what they showed in
  specs/verification.json.

  THIS RUNS CODE OF THE PROJECT, which no other command does: the tests of the
  stack, or the commands of `verify` in deploy.yaml, as you, in the project's
  directory. Run it on sources that you trust, or where they can do no harm.
  Of the environment they get what programs need to be found and to run, and
  what --env names. Dafny proves specs/dafny/*.dfy, TLC checks
  specs/tla/*.cfg.

  Exit code 1 when anything did not pass. Generate again afterwards: labels
  say what was verified.

  Example: speccompile verify api --timeout 1200

Options:
  --timeout FLOAT RANGE  Seconds for each run.  [default: 600; 1<=x<=86400]
  --env NAME             Hand this environment variable on to the tests, too.
  -o, --output DIR       Where the generated files are: what `generate` was
                         given with -o. Default: as for `generate`.
  --format [text|json]   [default: text]
  -h, --help             Show this message and exit.
""",
    "report": """\
Usage: speccompile report [OPTIONS]

  Tell what the system is, what became of each assertion on each target, and
  what changed since a commit.

  Example: speccompile report --html -o report.html --against main

Options:
  --html                         One self-contained page; the same as --format
                                 html.
  --format [markdown|html|json]  Default: markdown, for a comment of a pull
                                 request.
  -o, --output FILE              Write it there. Default: standard output.
  --against REVISION             Say what changed since this commit, branch or
                                 tag.
  --at TIME                      Count ages to this time
                                 (2024-01-15T10:00:00Z). Default: the newest
                                 time in the specs: the same specs give the
                                 same report.
  --files DIR                    Where the generated files are: what
                                 `generate` was given with -o. Default: as for
                                 `generate`.
  -h, --help                     Show this message and exit.
""",
    "build": """\
Usage: speccompile build [OPTIONS] [SERVICE]...

  Build the images of all services, or of those that are named.

  What is on disk is what is built: refused when it is not what the specs
  give. A checklist shows which tests or proofs have not passed (`speccompile
  verify`), and which assertions are not settled, lost or not understood. That
  stops, unless --allow-unverified is given, here or on this machine to the
  `generate` of these specs; labels then say `false`. Images are tagged with
  the short commit and the version, -dirty when files differ from the commit.

  Example: speccompile build api --tag v1

Options:
  --engine [auto|docker|podman|buildah]
                                  What builds and pushes.  [default: auto]
  --tag T                         One more tag; may be repeated.
  --platform P                    Build for this platform, such as
                                  linux/arm64.
  --push                          Push what was built.
  --registry REGISTRY             ghcr, dockerhub, ecr or HOST[:PORT]/PATH.
                                  Default: what deploy.yaml says.
  --allow-dirty                   With --push: push although files differ from
                                  the commit.
  --reproducible                  The same commit gives the same digest;
                                  refused where the engine cannot.
  --no-cache                      Build every step anew.
  --trace-writes                  Run each image once, sealed off, and list
                                  what it writes where production forbids it.
  --secret id=NAME,env=VARIABLE|src=FILE
                                  Where a secret of build.secrets is. Default:
                                  the environment variable of its name.
  --jobs INTEGER RANGE            Builds side by side.  [default: 2; 1<=x<=64]
  --format [text|json]            [default: text]
  -o, --output DIR                Where the files are: what `generate` was
                                  given with -o. Default: as for `generate`.
  --allow-unverified              Go on although assertions are not settled,
                                  or tests and proofs have not passed; nothing
                                  is labelled verified that is not. Given to
                                  `generate`, it holds here for `build` and
                                  `push` of the same specs.
  --strict                        Want every confirmed assertion held,
                                  evidenced or the program's: nothing lost,
                                  contradicted or not understood.
  -h, --help                      Show this message and exit.
""",
    "push": """\
Usage: speccompile push [OPTIONS] [SERVICE]...

  Push the images of all services, or of those that are named.

  Only images of this commit and of these specs are pushed, and those of which
  something is missing on the checklist only with --allow-unverified, given
  here or on this machine to the `generate` of these specs. Credentials are
  those that the engine has (`docker login`). Ends with the reference by
  digest that a deployment should use; 75 when the registry may answer later.

  Example: speccompile push --registry ghcr

Options:
  --registry REGISTRY             ghcr, dockerhub, ecr or HOST[:PORT]/PATH.
                                  Default: what deploy.yaml says.
  --engine [auto|docker|podman|buildah]
                                  What builds and pushes.  [default: auto]
  --tag T                         One more tag; may be repeated.
  --allow-dirty                   Push although files differ from the commit.
  --format [text|json]            [default: text]
  -o, --output DIR                Where the files are: what `generate` was
                                  given with -o. Default: as for `generate`.
  --allow-unverified              Go on although assertions are not settled,
                                  or tests and proofs have not passed; nothing
                                  is labelled verified that is not. Given to
                                  `generate`, it holds here for `build` and
                                  `push` of the same specs.
  --strict                        Want every confirmed assertion held,
                                  evidenced or the program's: nothing lost,
                                  contradicted or not understood.
  -h, --help                      Show this message and exit.
""",
    "deploy": """\
Usage: speccompile deploy [OPTIONS] ENVIRONMENT [SERVICE]...

  Deploy all services, or those that are named, to an environment of
  deploy.yaml.

  Services come in the order of their needs: the steps of the release, the new
  version beside the old one, and when it is healthy the front door takes it
  and the old one ends. What fails goes back to what ran before; what needs it
  is skipped; the exit code is 1 then. Each deployment is recorded as a
  release. One that was cut off is finished by the next.

  Example: speccompile deploy production --plan

Options:
  --plan                Show what would change, and change nothing.
  --wait                Wait for a deployment that is under way, for ten
                        minutes at most, instead of refusing.
  --format [text|json]  [default: text]
  -o, --output DIR      Where the files are: what `generate` was given with
                        -o. Default: as for `generate`.
  --allow-unverified    Go on although assertions are not settled, or tests
                        and proofs have not passed; nothing is labelled
                        verified that is not. Given to `generate`, it holds
                        here for `build` and `push` of the same specs.
  --fail-fast           Stop at the first service that fails, instead of going
                        on with what does not need it.
  -h, --help            Show this message and exit.
""",
    "status": """\
Usage: speccompile status [OPTIONS]

  Show what runs in an environment: of each service how it is, and of which
  release.

  Its machines are asked; hosts with an agent are as that said last in the
  store. The exit code is 1 when a service is not healthy, is not what the
  last release says, or a machine does not answer.

  Example: speccompile status --environment production --format json

Options:
  -e, --environment NAME  The environment; without it, the only one of
                          deploy.yaml.
  --forget HOST           Show a host with an agent no more, which is gone for
                          good.
  --format [text|json]    [default: text]
  -o, --output DIR        Where the files are: what `generate` was given with
                          -o. Default: as for `generate`.
  --allow-unverified      Go on although assertions are not settled, or tests
                          and proofs have not passed; nothing is labelled
                          verified that is not. Given to `generate`, it holds
                          here for `build` and `push` of the same specs.
  -h, --help              Show this message and exit.
""",
    "rollback": """\
Usage: speccompile rollback [OPTIONS] [SERVICE]...

  Let all services, or those that are named, run what they ran in an earlier
  release; the others are not touched.

  It is a release itself, so that it can be gone back from, too. Steps of
  releases are not run again, and what they did to data stays.

  Example: speccompile rollback api --to 12

Options:
  --plan                  Show what would change, and change nothing.
  --wait                  Wait for a deployment that is under way, for ten
                          minutes at most, instead of refusing.
  --format [text|json]    [default: text]
  -o, --output DIR        Where the files are: what `generate` was given with
                          -o. Default: as for `generate`.
  --allow-unverified      Go on although assertions are not settled, or tests
                          and proofs have not passed; nothing is labelled
                          verified that is not. Given to `generate`, it holds
                          here for `build` and `push` of the same specs.
  --to N                  The release; without it, the last one that ran
                          something else.  [x>=1]
  -e, --environment NAME  The environment; without it, the only one of
                          deploy.yaml.
  --force                 Go back over a step of a release that was declared
                          irreversible, too.
  -h, --help              Show this message and exit.
""",
    "run": """\
Usage: speccompile run [OPTIONS] SERVICE [-- COMMAND...]

  Run one command in a container of SERVICE, with its image, variables,
  secrets, networks and bounds; without a command, what SERVICE runs itself.

  No shell reads the command. The container is taken away when it has ended;
  it publishes no port, and nothing asks whether it is well. There is a
  terminal where this command has one. The exit code is the command's.

  Example: speccompile run api -- python manage.py shell

Options:
  -e, --environment NAME  Run it where this environment runs, with its values
                          and the image of the last release, on the first of
                          its machines. Default: here, as generated.
  --deps                  Start what the service needs first, and leave it
                          running.
  --no-entrypoint         Run COMMAND itself, instead of handing it to the
                          entrypoint of the service (its program, or the lock
                          of what runs once at a time).
  -o, --output DIR        Where the files are: what `generate` was given with
                          -o. Default: as for `generate`.
  --allow-unverified      Go on although assertions are not settled, or tests
                          and proofs have not passed; nothing is labelled
                          verified that is not. Given to `generate`, it holds
                          here for `build` and `push` of the same specs.
  -h, --help              Show this message and exit.
""",
    "inspect": """\
Usage: speccompile inspect [OPTIONS] IMAGE

  Tell from which specs an image was built, what was verified, and whether it
  matches this checkout.

  IMAGE is looked for in the engine, then in the registry that its name says;
  a service's name means what was built last of it. Exit code 1 when it does
  not match.

  Example: speccompile inspect ghcr.io/acme/bank:v1

Options:
  --engine [auto|docker|podman|buildah]
                                  What builds and pushes.  [default: auto]
  --format [text|json]            [default: text]
  -o, --output DIR                Where the files are: what `generate` was
                                  given with -o. Default: as for `generate`.
  --allow-unverified              Go on although assertions are not settled,
                                  or tests and proofs have not passed; nothing
                                  is labelled verified that is not. Given to
                                  `generate`, it holds here for `build` and
                                  `push` of the same specs.
  -h, --help                      Show this message and exit.
""",
    "releases": """\
Usage: speccompile releases [OPTIONS] [list|show|diff] [N]...

  List the releases of an environment, show release N, or tell what is
  different in release B compared with A.

  `diff` without numbers compares the last two; with one, that one and the
  last.

  Example: speccompile releases diff 12 14 --environment production

Options:
  -e, --environment NAME  The environment; without it, the only one of
                          deploy.yaml.
  --format [text|json]    [default: text]
  -o, --output DIR        Where the files are: what `generate` was given with
                          -o. Default: as for `generate`.
  --allow-unverified      Go on although assertions are not settled, or tests
                          and proofs have not passed; nothing is labelled
                          verified that is not. Given to `generate`, it holds
                          here for `build` and `push` of the same specs.
  -h, --help              Show this message and exit.
""",
    "agent": """\
Usage: speccompile agent [OPTIONS] COMMAND [ARGS]...

  Let this machine run what the current release of an application says, by
  asking its store again and again.

  `agent run` is what a timer starts; with --once --format json it gives what
  it did as a document. `agent install` writes the timer.

  Example: speccompile agent run --once --store /srv/releases --app bank
  --environment production

Options:
  -h, --help  Show this message and exit.

Commands:
  install  Write a systemd service that runs one round, and its timer.
  run      Read the current release, compare it with what runs here, and...
""",
    "secrets": """\
Usage: speccompile secrets [OPTIONS] kubernetes

  Print the kubectl commands that create the secrets which manifests refer to,
  or replace them: for a POSIX shell, to be run from here.

  Values stay in the files that hold them: the commands name these.

  Example: speccompile secrets kubernetes --env-file .env

Options:
  --env-file FILE     Where the operator's values are. Default: .env in the
                      output directory.
  --namespace TEXT    The namespace that they are for. Default: the
                      application's name.
  --context TEXT      The context of kubectl that they are for. Default: the
                      current one.
  -o, --output DIR    Where the files are: what `generate` was given with -o.
                      Default: as for `generate`.
  --allow-unverified  Go on although assertions are not settled, or tests and
                      proofs have not passed; nothing is labelled verified
                      that is not. Given to `generate`, it holds here for
                      `build` and `push` of the same specs.
  -h, --help          Show this message and exit.
""",
    "route": """\
Usage: speccompile route [OPTIONS] COMMAND [ARGS]...

  Give applications their places on a host that many share: one nginx, and a
  registry of who has which routes there.

  Example: speccompile route add --owner user123 --address 127.0.0.1:32768

Options:
  -h, --help  Show this message and exit.

Commands:
  add     Give the project here its routes on a shared host, or other...
  list    List the applications of a shared host, where they are reached...
  remove  Take an application's routes from a shared host.
""",
    "doctor": """\
Usage: speccompile doctor [OPTIONS]

  List everything that is missing for building and pushing, each with the
  command that gets it.

  Builds nothing. Exit code 1 when something is missing that cannot be done
  without.

  Example: speccompile doctor --registry ghcr

Options:
  --registry REGISTRY   ghcr, dockerhub, ecr or HOST[:PORT]/PATH. Default:
                        what deploy.yaml says.
  --format [text|json]  [default: text]
  -o, --output DIR      Where the files are: what `generate` was given with
                        -o. Default: as for `generate`.
  --allow-unverified    Go on although assertions are not settled, or tests
                        and proofs have not passed; nothing is labelled
                        verified that is not. Given to `generate`, it holds
                        here for `build` and `push` of the same specs.
  -h, --help            Show this message and exit.
""",
    "schema": """\
Usage: speccompile schema [OPTIONS] NAME

  Print the JSON Schema (2020-12) of a file format (assertions, deploy,
  verification, patches, ejected, lock) or of what a command gives with
  --format json (report.build, report.check …).

  Example: speccompile schema report.check

Options:
  --doc       Of deploy: print the page that explains every key instead.
  -h, --help  Show this message and exit.
""",
    "lsp": """\
Usage: speccompile lsp [OPTIONS]

  Serve editors by the Language Server Protocol: findings as you type, how an
  assertion stands, why a line is there.

  Example: speccompile lsp --stdio

Options:
  --stdio     Serve on standard input and output, which is what it does
              anyway.
  -h, --help  Show this message and exit.
""",
}
