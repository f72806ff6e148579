package io.inmesh.cli;

import io.inmesh.cli.run.AdminClient;
import io.inmesh.cli.run.RunFolder;
import io.inmesh.cli.run.RunningAgent;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Asks every agent how it is; exit code 1 if one is not ready. */
@Command(
    name = "status",
    description = "Whether each agent on this machine is ready, and what it covers.",
    mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {
  @Option(names = "--output", paramLabel = "FORMAT", description = "text (default) or json.")
  private OutputFormat output = OutputFormat.TEXT;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway") // picocli sets the fields before it calls anything
  StatusCommand() {}

  /**
   * How one agent is.
   *
   * @param detail the agent's own words
   */
  private record Status(RunningAgent agent, boolean ready, String detail, String coverage) {
    Map<String, Object> toMap() {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("pid", agent.pid());
      map.put("workload", agent.workload());
      map.put("ready", ready);
      map.put("detail", detail);
      map.put("coverage", coverage);
      return map;
    }
  }

  @Override
  public Integer call() {
    List<Status> all = new ArrayList<>();
    RunFolder.ofUser().agents().forEach(agent -> all.add(ask(agent)));
    PrintWriter out = spec.commandLine().getOut();
    if (output == OutputFormat.JSON) {
      out.print(Json.write(all.stream().map(Status::toMap).toList()));
    } else if (all.isEmpty()) {
      out.println("no JVM runs with the agent");
    } else {
      TextTable table = new TextTable("WORKLOAD", "PID", "READY", "CONFIGURATION", "COVERAGE");
      for (Status status : all) {
        table.row(
            status.agent().workload(),
            Long.toString(status.agent().pid()),
            status.ready() ? "yes" : "no",
            status.detail(),
            status.coverage());
      }
      out.print(table.render());
    }
    out.flush();
    return all.stream().allMatch(Status::ready) ? 0 : 1;
  }

  private static Status ask(RunningAgent agent) {
    if (!agent.admin().contains(":")) {
      return new Status(agent, false, "its admin endpoint is off", "");
    }
    AdminClient client = new AdminClient(agent.admin());
    try {
      AdminClient.Page ready = client.fetch("/ready");
      AdminClient.Page coverage = client.fetch("/coverage");
      return new Status(
          agent,
          ready.status() == 200,
          firstLine(ready.body()),
          coverage.status() == 200 ? Coverage.parse(coverage.body()).line() : "");
    } catch (Failure e) {
      return new Status(agent, false, e.getMessage() + "", "");
    }
  }

  private static String firstLine(String text) {
    return text.strip().lines().findFirst().orElse("");
  }
}
