package io.inmesh.cli;

import io.inmesh.cli.run.RunFolder;
import io.inmesh.cli.run.RunningAgent;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lists the JVMs in the mesh. */
@Command(
    name = "ps",
    description = "The JVMs of this user that run with the agent.",
    mixinStandardHelpOptions = true)
final class PsCommand implements Callable<Integer> {
  @Option(names = "--output", paramLabel = "FORMAT", description = "text (default) or json.")
  private OutputFormat output = OutputFormat.TEXT;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway") // picocli sets the fields before it calls anything
  PsCommand() {}

  @Override
  public Integer call() {
    List<RunningAgent> agents = RunFolder.ofUser().agents();
    PrintWriter out = spec.commandLine().getOut();
    if (output == OutputFormat.JSON) {
      out.print(Json.write(agents.stream().map(RunningAgent::toMap).toList()));
    } else if (agents.isEmpty()) {
      out.println("no JVM runs with the agent");
    } else {
      TextTable table = new TextTable("PID", "WORKLOAD", "ADMIN", "TELEMETRY", "UP", "MAIN");
      for (RunningAgent agent : agents) {
        table.row(
            Long.toString(agent.pid()),
            agent.workload(),
            agent.admin(),
            agent.telemetry(),
            up(System.currentTimeMillis() - agent.startedMillis()),
            agent.main());
      }
      out.print(table.render());
    }
    out.flush();
    return 0;
  }

  /** The largest two units, e.g. {@code 2h 5m}. */
  static String up(long millis) {
    Duration up = Duration.ofMillis(Math.max(0, millis));
    if (up.toDays() > 0) {
      return up.toDays() + "d " + up.toHoursPart() + "h";
    }
    if (up.toHours() > 0) {
      return up.toHours() + "h " + up.toMinutesPart() + "m";
    }
    return up.toMinutes() > 0
        ? up.toMinutes() + "m " + up.toSecondsPart() + "s"
        : up.toSeconds() + "s";
  }
}
