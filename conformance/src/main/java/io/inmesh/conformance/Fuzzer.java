package io.inmesh.conformance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Asks the engine and a stock Envoy the same, by chance but repeatably: a seed makes the same
 * configurations and requests. Not thread-safe.
 */
final class Fuzzer {
  private static final int CONFIGURATIONS = 24;
  private static final int MAX_SHRINKS = 60;

  private final Path binary;
  private final EnvoyTypes types;
  private final Path folder;
  private final int requestsEach;
  private long compared;

  /**
   * @param requestsEach how many requests each configuration gets
   */
  Fuzzer(Path binary, EnvoyTypes types, Path folder, int requestsEach) {
    this.binary = binary;
    this.types = types;
    this.folder = folder;
    this.requestsEach = requestsEach;
  }

  /** Decisions compared so far. */
  long compared() {
    return compared;
  }

  /** One round: some configurations; the differences found, one a configuration at most. */
  List<FuzzCase> round(long seed, FuzzTarget target) throws IOException, InterruptedException {
    FuzzGenerator generator = new FuzzGenerator(seed);
    List<Map<String, @Nullable Object>> configurations = new ArrayList<>();
    List<List<VectorRequest>> requests = new ArrayList<>();
    for (int i = 0; i < CONFIGURATIONS; i++) {
      Map<String, @Nullable Object> resources = generator.resources();
      configurations.add(resources);
      List<VectorRequest> own = new ArrayList<>();
      for (int k = 0; k < requestsEach; k++) {
        own.add(generator.request(resources));
      }
      requests.add(own);
    }
    List<Optional<FuzzCase>> found = compare(configurations, requests, target);
    return found.stream().flatMap(Optional::stream).toList();
  }

  private List<Optional<FuzzCase>> compare(
      List<Map<String, @Nullable Object>> configurations,
      List<List<VectorRequest>> requests,
      FuzzTarget target)
      throws IOException, InterruptedException {
    List<Resources> resources = new ArrayList<>();
    for (Map<String, @Nullable Object> each : configurations) {
      resources.add(Resources.of(types, "fuzz", each, unused -> 1));
    }
    List<List<FuzzTarget.Answer>> envoy;
    try (FuzzEnvoy process = FuzzEnvoy.start(binary, resources, folder)) {
      envoy = process.answers(requests);
    }
    List<Optional<FuzzCase>> found = new ArrayList<>();
    for (int i = 0; i < resources.size(); i++) {
      FuzzTarget.Answers engine = target.configure(resources.get(i).listener().toByteArray());
      Optional<FuzzCase> difference = Optional.empty();
      for (int k = 0; k < requests.get(i).size() && difference.isEmpty(); k++) {
        VectorRequest request = requests.get(i).get(k);
        FuzzTarget.Answer answer = answer(engine, request);
        compared++;
        if (!answer.equals(envoy.get(i).get(k))) {
          difference =
              Optional.of(
                  new FuzzCase(configurations.get(i), request, envoy.get(i).get(k), answer));
        }
      }
      found.add(difference);
    }
    return found;
  }

  private static FuzzTarget.Answer answer(FuzzTarget.Answers engine, VectorRequest request) {
    try {
      return engine.answer(request);
    } catch (RuntimeException e) {
      // Envoy never answers so: a difference, and one that can be shrunk.
      return new FuzzTarget.Answer(-1, Map.of(), e.toString());
    }
  }

  /** The same difference with as little of configuration and request as can be. */
  FuzzCase shrink(FuzzCase large, FuzzTarget target) throws IOException, InterruptedException {
    FuzzCase smallest = large;
    for (int i = 0; i < MAX_SHRINKS; i++) {
      List<FuzzCase> smaller = smaller(smallest);
      List<Map<String, @Nullable Object>> configurations = new ArrayList<>();
      List<List<VectorRequest>> requests = new ArrayList<>();
      for (FuzzCase each : smaller) {
        configurations.add(each.resources());
        requests.add(List.of(each.request()));
      }
      Optional<FuzzCase> next =
          configurations.isEmpty()
              ? Optional.empty()
              : compare(configurations, requests, target).stream()
                  .flatMap(Optional::stream)
                  .findFirst();
      if (next.isEmpty()) {
        return smallest;
      }
      smallest = next.get();
    }
    return smallest;
  }

  /** Everything that is one step smaller and still a configuration. */
  private static List<FuzzCase> smaller(FuzzCase large) {
    List<FuzzCase> all = new ArrayList<>();
    for (Map<String, @Nullable Object> resources : FuzzReductions.of(large.resources())) {
      all.add(new FuzzCase(resources, large.request(), large.envoy(), large.engine()));
    }
    VectorRequest request = large.request();
    for (int i = 0; i < request.headers().size(); i++) {
      List<VectorRequest.Header> fewer = new ArrayList<>(request.headers());
      fewer.remove(i);
      all.add(
          with(
              large,
              new VectorRequest(
                  request.method(), request.authority(), request.target(), fewer, "")));
    }
    int query = request.target().indexOf('?');
    if (query > 0) {
      all.add(
          with(
              large,
              new VectorRequest(
                  request.method(),
                  request.authority(),
                  request.target().substring(0, query),
                  request.headers(),
                  "")));
    }
    return all;
  }

  private static FuzzCase with(FuzzCase large, VectorRequest request) {
    return new FuzzCase(
        new LinkedHashMap<>(large.resources()), request, large.envoy(), large.engine());
  }
}
