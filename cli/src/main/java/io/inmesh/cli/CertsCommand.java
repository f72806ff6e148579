package io.inmesh.cli;

import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints who a workload is. */
@Command(
    name = "certs",
    description = "Who a workload is, until when, and whom it trusts.",
    mixinStandardHelpOptions = true)
final class CertsCommand implements Callable<Integer> {
  @Mixin private AdminOption agent = new AdminOption();

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway") // picocli sets the fields before it calls anything
  CertsCommand() {}

  @Override
  public Integer call() {
    String page = agent.client().get("/certs");
    spec.commandLine()
        .getOut()
        .print(agent.json() ? page : Certificates.parse(page).text(Instant.now()));
    spec.commandLine().getOut().flush();
    return 0;
  }
}
