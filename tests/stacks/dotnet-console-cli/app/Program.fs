[<EntryPoint>]
let main arguments =
    printfn "hello %s" (if arguments.Length = 0 then "world" else arguments[0])
    0
