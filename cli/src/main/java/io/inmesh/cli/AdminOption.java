package io.inmesh.cli;

import io.inmesh.cli.run.AdminClient;
import io.inmesh.cli.run.AgentChoice;
import io.inmesh.cli.run.RunFolder;
import picocli.CommandLine.Option;

/** Which agent to ask, and how to print its answer. */
final class AdminOption {
  @Option(
      names = "--admin",
      paramLabel = "AGENT",
      description = "HOST:PORT, pid or NAME.NAMESPACE; not needed when one agent runs.")
  private String admin = "";

  @Option(names = "--output", paramLabel = "FORMAT", description = "text (default) or json.")
  private OutputFormat output = OutputFormat.TEXT;

  AdminClient client() {
    return new AdminClient(AgentChoice.admin(admin, RunFolder.ofUser().agents()));
  }

  AdminClient.Query query() {
    AdminClient.Query query = new AdminClient.Query();
    return json() ? query.with("format", "json") : query;
  }

  boolean json() {
    return output == OutputFormat.JSON;
  }
}
