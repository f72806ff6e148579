package io.inmesh.agent.telemetry;

import io.inmesh.agent.admin.AdminPage;
import io.inmesh.agent.admin.AdminResponse;
import io.inmesh.engine.LocalReply.Header;
import io.inmesh.upstream.AppCalls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Pages of the telemetry endpoint that ask the app. Thread-safe. */
public final class AppPages implements AutoCloseable {
  private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";
  private static final int OK = 200;
  private static final int FAILED = 500;

  // Prometheus' own is 10 s, and a part is better than nothing.
  private static final Duration SCRAPE_TIMEOUT = Duration.ofSeconds(8);

  private final AppCalls app;
  private final Map<String, AppProbe> probes;
  private final Optional<AppScrape> scrape;

  /**
   * @param probes by the path that the kubelet asks for
   */
  public AppPages(AppCalls app, Map<String, AppProbe> probes, Optional<AppScrape> scrape) {
    this.app = app;
    this.probes = Map.copyOf(probes);
    this.scrape = scrape;
  }

  /**
   * By what Istio's injector has left in the environment.
   *
   * @param log hears of what makes no sense, which is then left out
   */
  public static AppPages of(Map<String, String> environment, Consumer<String> log) {
    return new AppPages(
        new AppCalls(),
        read(environment.get(AppProbe.VARIABLE), AppProbe::parse, Map.of(), log),
        read(environment.get(AppScrape.VARIABLE), AppScrape::parse, Optional.empty(), log));
  }

  private static <T> T read(
      @Nullable String json, Function<String, T> parser, T otherwise, Consumer<String> log) {
    if (json == null || json.isBlank()) {
      return otherwise;
    }
    try {
      return parser.apply(json);
    } catch (IllegalArgumentException e) {
      log.accept(e.getMessage() + "; it is left out");
      return otherwise;
    }
  }

  /** A page for each probe; its status is that of the app. */
  public List<AdminPage> probes() {
    List<AdminPage> pages = new ArrayList<>();
    probes.forEach(
        (path, probe) ->
            pages.add(
                AdminPage.asking(
                    path, "asks the app at port " + probe.port(), unused -> ask(probe))));
    return pages;
  }

  private CompletionStage<AdminResponse> ask(AppProbe probe) {
    if (probe instanceof AppProbe.Http http) {
      return app.get(http.tls(), http.port(), http.target(), http.headers(), http.timeout())
          .handle(
              (answer, failure) ->
                  failure == null
                      ? AdminResponse.text(answer.status(), "")
                      : AdminResponse.text(FAILED, failure.getMessage() + "\n"));
    }
    if (probe instanceof AppProbe.Grpc grpc) {
      return app.serves(grpc.port(), grpc.service(), grpc.timeout()).thenApply(AppPages::health);
    }
    return app.accepts(probe.port(), probe.timeout()).thenApply(AppPages::health);
  }

  private static AdminResponse health(boolean well) {
    return well ? AdminResponse.text(OK, "") : AdminResponse.text(FAILED, "the app is not well\n");
  }

  /**
   * The counters of the mesh, and the metrics of the app behind them where it has any and gives
   * them.
   */
  public AdminPage metrics(Supplier<String> own) {
    return AdminPage.asking(
        "/stats/prometheus", "counters, and the app's own metrics", unused -> metrics(own.get()));
  }

  /** Asks the app nothing more. */
  @Override
  public void close() {
    app.close();
  }

  private CompletionStage<AdminResponse> metrics(String own) {
    AppScrape from = scrape.orElse(null);
    if (from == null) {
      return CompletableFuture.completedFuture(new AdminResponse(OK, METRICS, own));
    }
    // Any other form would not go with the mesh's lines.
    List<Header> text = List.of(new Header("accept", "text/plain;version=0.0.4"));
    return app.get(false, from.port(), from.target(), text, SCRAPE_TIMEOUT)
        .handle(
            (answer, failure) ->
                failure == null && answer.status() == OK
                    ? new AdminResponse(OK, METRICS, own + answer.body())
                    : new AdminResponse(
                        OK, METRICS, own + "# the app at port " + from.port() + " gave none\n"));
  }
}
