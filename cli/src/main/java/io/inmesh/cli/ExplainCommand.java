package io.inmesh.cli;

import io.inmesh.cli.run.AdminClient;
import java.util.List;
import java.util.Optional;
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
    description = "Why a request goes where it goes, or what becomes of one that comes in.",
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

  @Option(
      names = "--inbound",
      paramLabel = "PORT",
      description = "Of a request that somebody sends to this port of the app.")
  private Optional<Integer> inbound = Optional.empty();

  @Option(
      names = "--peer",
      paramLabel = "SPIFFE",
      description = "Who sends it, spiffe://TRUST-DOMAIN/ns/NAMESPACE/sa/ACCOUNT; over mutual TLS.")
  private Optional<String> peer = Optional.empty();

  @Option(names = "--source-ip", paramLabel = "IP", description = "Where it comes from.")
  private Optional<String> source = Optional.empty();

  @Option(names = "--sni", paramLabel = "NAME", description = "The server name it asks for.")
  private Optional<String> serverName = Optional.empty();

  @Option(
      names = "--alpn",
      paramLabel = "PROTOCOL",
      description = "What it offers to speak; may be given several times.")
  private List<String> alpn = List.of();

  @Parameters(paramLabel = "URL|PATH", description = "As the app would call it; inbound, a path.")
  private String target;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway") // picocli sets the fields before it calls anything
  ExplainCommand() {}

  @Override
  public Integer call() {
    AdminClient.Query query = inbound.isPresent() ? inbound() : outbound();
    query.with("method", method);
    for (String header : headers) {
      if (header.indexOf(':') <= 0) {
        throw refused("header '" + header + "' is not NAME:VALUE");
      }
      query.with("header", header);
    }
    spec.commandLine().getOut().print(agent.client().get("/explain" + query));
    spec.commandLine().getOut().flush();
    return 0;
  }

  private AdminClient.Query outbound() {
    if (!target.matches("https?://.+")) {
      throw refused("'" + target + "' is not a URL like http://catalog:8080/items");
    }
    return agent.query().with("url", target);
  }

  private AdminClient.Query inbound() {
    if (!target.startsWith("/")) {
      throw refused("'" + target + "' is not a path like /items");
    }
    AdminClient.Query query =
        agent.query().with("inbound", inbound.orElseThrow().toString()).with("path", target);
    peer.ifPresent(id -> query.with("peer", id));
    source.ifPresent(ip -> query.with("source-ip", ip));
    serverName.ifPresent(name -> query.with("sni", name));
    alpn.forEach(protocol -> query.with("alpn", protocol));
    return query;
  }

  private ParameterException refused(String why) {
    return new ParameterException(spec.commandLine(), why);
  }
}
