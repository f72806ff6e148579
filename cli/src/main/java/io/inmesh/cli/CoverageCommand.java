package io.inmesh.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints what an agent covers. */
@Command(
    name = "coverage",
    description = "Which libraries an agent saw, and whether it routes them.",
    mixinStandardHelpOptions = true)
final class CoverageCommand implements Callable<Integer> {
  @Mixin private AdminOption agent = new AdminOption();

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway") // picocli sets the fields before it calls anything
  CoverageCommand() {}

  @Override
  public Integer call() {
    String page = agent.client().get("/coverage" + agent.query());
    spec.commandLine().getOut().print(agent.json() ? page : Coverage.parse(page).table());
    spec.commandLine().getOut().flush();
    return 0;
  }
}
