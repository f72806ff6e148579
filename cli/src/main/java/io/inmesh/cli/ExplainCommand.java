package io.inmesh.cli;

import io.inmesh.cli.run.AdminClient;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Asks an agent what it would do with a request. */
@Command(
    name = "explain",
    description = "Why a request goes where it goes.",
    mixinStandardHelpOptions = true)
final class ExplainCommand implements Callable<Integer> {
  @Mixin private AdminOption agent = new AdminOption();

  @Option(
      names = {"-H", "--header"},
      paramLabel = "NAME:VALUE",
      description = "A header of the request; may be given several times.")
  private List<String> headers = List.of();

  @Option(names = "--method", description = "The method; GET if absent.")
  private String method = "GET";

  @Parameters(paramLabel = "URL", description = "As the app would call it.")
  private String url;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway") // picocli sets the fields before it calls anything
  ExplainCommand() {}

  @Override
  public Integer call() {
    if (!url.matches("https?://.+")) {
      throw new ParameterException(
          spec.commandLine(), "'" + url + "' is not a URL like http://catalog:8080/items");
    }
    AdminClient.Query query = agent.query().with("url", url).with("method", method);
    for (String header : headers) {
      if (header.indexOf(':') <= 0) {
        throw new ParameterException(
            spec.commandLine(), "header '" + header + "' is not NAME:VALUE");
      }
      query.with("header", header);
    }
    spec.commandLine().getOut().print(agent.client().get("/explain" + query));
    spec.commandLine().getOut().flush();
    return 0;
  }
}
