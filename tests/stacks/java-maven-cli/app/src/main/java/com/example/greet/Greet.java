package com.example.greet;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "greet", description = "Greets by name.")
public final class Greet implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "NAME")
    private List<String> names;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Greet()).execute(arguments));
    }

    @Override
    public Integer call() {
        System.out.println("hello " + String.join(", ", names));
        return 0;
    }
}
