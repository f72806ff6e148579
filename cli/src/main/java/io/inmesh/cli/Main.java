package io.inmesh.cli;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/** The command line: 0 if it worked, 1 if it failed, 2 if it was used wrongly. */
@Command(
    name = "inmesh",
    description = "An Istio-compatible service mesh inside the JVM.",
    mixinStandardHelpOptions = true,
    version = "inmesh 0.1.0-SNAPSHOT",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DemoCommand.class,
      RunCommand.class,
      ControlPlaneCommand.class,
      PsCommand.class,
      StatusCommand.class,
      ExplainCommand.class,
      CoverageCommand.class,
      UnsupportedCommand.class,
      CertsCommand.class,
      DetachCommand.class,
      ScanCommand.class,
      BenchCommand.class
    })
public final class Main implements Runnable {
  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Show where an error comes from.")
  private boolean verbose;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @SuppressWarnings("NullAway") // picocli sets the fields before it calls anything
  private Main() {}

  /** Ends the process with the exit code. */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** The command line, for {@link #main} and for tests. */
  static CommandLine commandLine() {
    Main main = new Main();
    CommandLine line = new CommandLine(main);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler((error, command, parsed) -> main.failed(error, command));
    line.setParameterExceptionHandler((error, given) -> main.misused(error));
    return line;
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  private int failed(Exception error, CommandLine command) {
    if (verbose) {
      error.printStackTrace(command.getErr());
    } else {
      String message = error.getMessage();
      boolean clear = error instanceof Failure && message != null;
      command.getErr().println("inmesh: " + (clear ? message : error + " (--verbose says where)"));
    }
    return 1;
  }

  private int misused(ParameterException error) {
    CommandLine command = error.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("inmesh: " + error.getMessage());
    err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    if (verbose) {
      error.printStackTrace(err);
    }
    return 2;
  }
}
