package io.inmesh.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints an agent's page {@code /unsupported}. */
@Command(
    name = "unsupported",
    description = "What of the configuration is not in force in an agent, and why.",
    mixinStandardHelpOptions = true)
final class UnsupportedCommand implements Callable<Integer> {
  @Mixin private AdminOption agent = new AdminOption();

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway") // picocli sets the fields before it calls anything
  UnsupportedCommand() {}

  @Override
  public Integer call() {
    String page = agent.client().get("/unsupported" + agent.query());
    spec.commandLine().getOut().print(page.isEmpty() ? "everything is in force\n" : page);
    spec.commandLine().getOut().flush();
    return 0;
  }
}
