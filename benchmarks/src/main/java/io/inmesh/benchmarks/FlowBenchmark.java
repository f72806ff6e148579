package io.inmesh.benchmarks;

import io.inmesh.engine.MeshSnapshot;
import io.inmesh.engine.RequestFlow;
import io.inmesh.engine.RouteDecision;
import io.inmesh.engine.Step;
import io.inmesh.engine.http.HeadEditor;
import io.inmesh.engine.http.ResponseHeadView;
import io.inmesh.engine.trace.Trace;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** All that the engine does for one request that succeeds at once: route, pick, edit, end. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class FlowBenchmark {
  private static final ResponseHeadView NO_HEADERS = name -> null;

  private MeshSnapshot snapshot = MeshSnapshot.builder().build();
  private HttpRequest request = HttpRequest.newBuilder(URI.create("http://none/")).build();

  /** Changes of one head, kept in a map. */
  private static final class MapEditor implements HeadEditor {
    private final Map<String, String> headers = new HashMap<>();
    private String path = "/items/4711";
    private String authority = "catalog:8080";

    @Override
    public String path() {
      return path;
    }

    @Override
    public void setPath(String pathAndQuery) {
      path = pathAndQuery;
    }

    @Override
    public String authority() {
      return authority;
    }

    @Override
    public void setAuthority(String value) {
      authority = value;
    }

    @Override
    public @Nullable String header(String lowerCaseName) {
      return headers.get(lowerCaseName);
    }

    @Override
    public void setHeader(String lowerCaseName, String value) {
      headers.put(lowerCaseName, value);
    }

    @Override
    public void addHeader(String lowerCaseName, String value) {
      headers.put(lowerCaseName, value);
    }

    @Override
    public void removeHeader(String lowerCaseName) {
      headers.remove(lowerCaseName);
    }
  }

  /** Builds the mesh and a usual request. */
  @Setup
  public void setUp() {
    snapshot = Meshes.snapshot(100, Meshes.fiftyRoutes().subList(39, 40));
    request =
        HttpRequest.newBuilder(URI.create("http://catalog:8080/items/4711"))
            .header("accept", "application/json")
            .build();
  }

  /** The whole life of a request. */
  @Benchmark
  public Step request() {
    HttpRequestHead head = new HttpRequestHead(request);
    RouteDecision decision = (RouteDecision) snapshot.route(head, 4711, 0, Trace.OFF);
    RequestFlow flow = new RequestFlow(decision, head);
    flow.begin(0);
    flow.onRequestSent(0);
    flow.editRequest(new MapEditor(), 0);
    Step step = flow.onResponse(200, NO_HEADERS, 0);
    flow.onEnd(0);
    return step;
  }
}
