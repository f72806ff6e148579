package io.inmesh.cli.run;

import io.inmesh.cli.Failure;
import java.util.List;
import java.util.stream.Collectors;

/** Which agent is meant by {@code --admin}: HOST:PORT, pid, NAME.NAMESPACE, or the only one. */
public final class AgentChoice {
  private AgentChoice() {}

  /**
   * The admin address HOST:PORT.
   *
   * @param wanted empty for the only one that runs
   * @throws Failure that says which agents there are
   */
  public static String admin(String wanted, List<RunningAgent> running) {
    if (wanted.contains(":")) {
      return wanted;
    }
    List<RunningAgent> meant =
        running.stream()
            .filter(
                a ->
                    wanted.isEmpty()
                        || wanted.equals(Long.toString(a.pid()))
                        || wanted.equals(a.workload()))
            .toList();
    if (meant.size() != 1) {
      throw new Failure(none(wanted, meant, running));
    }
    RunningAgent agent = meant.get(0);
    if (!agent.admin().contains(":")) {
      throw new Failure(
          "the admin endpoint of "
              + agent.workload()
              + " is off; start it without -Dinmesh.admin=off");
    }
    return agent.admin();
  }

  private static String none(String wanted, List<RunningAgent> meant, List<RunningAgent> running) {
    if (running.isEmpty()) {
      return "no agent runs here; ./inmesh demo starts some, --admin HOST:PORT names another";
    }
    String they =
        (meant.isEmpty() ? running : meant)
            .stream()
                .map(a -> a.workload() + " (pid " + a.pid() + ")")
                .collect(Collectors.joining(", "));
    if (wanted.isEmpty()) {
      return "several agents run; say which by --admin: " + they;
    }
    return meant.isEmpty()
        ? "no agent is called " + wanted + "; there are " + they
        : "several agents are called " + wanted + "; give the pid: " + they;
  }
}
