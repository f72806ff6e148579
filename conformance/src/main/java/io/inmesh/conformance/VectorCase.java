package io.inmesh.conformance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One case.
 *
 * @param scenario the scenario that it belongs to, {@code D-01}, or empty
 * @param resources what the mesh is configured with, see {@link Resources}
 * @param rejected part of the reason why the resources are rejected; empty where they are not
 * @param engineOnly why no Envoy can be asked; empty where one can
 * @param checks what health checks get from the start, or null
 * @param golden whether an Envoy has agreed
 * @param fresh whether the case needs clusters that nobody has used
 */
record VectorCase(
    String file,
    String name,
    String scenario,
    Map<String, @Nullable Object> resources,
    List<VectorStep> steps,
    String rejected,
    String engineOnly,
    @Nullable HealthScript checks,
    boolean golden,
    boolean fresh) {
  /** What {@code golden} says of a case that this Envoy agreed with. */
  static final String GOLDEN = "envoy-1.40";

  /** Three ways to say the same: a case's own replaces whichever the file has. */
  private static final List<String> ROUTES = List.of("routes", "virtual_hosts", "route_config");

  VectorCase {
    steps = List.copyOf(steps);
    if (steps.isEmpty() == rejected.isEmpty()) {
      throw new IllegalArgumentException(
          file + ": " + name + ": either a request or rejected is needed");
    }
  }

  /** Whether a step says who sends it, so that an Envoy must be ready for TLS. */
  boolean hasPeers() {
    return steps.stream().anyMatch(step -> step.peer() != null);
  }

  static VectorCase parse(
      String file,
      Object value,
      Map<String, @Nullable Object> common,
      boolean fresh,
      String scenario) {
    Fields fields = Fields.of(file, value);
    String name = fields.text("name", "");
    if (name.isEmpty()) {
      throw new IllegalArgumentException(file + ": a case without a name: " + value);
    }
    String where = file + ": " + name;
    Map<String, @Nullable Object> own = fields.map("resources");
    Map<String, @Nullable Object> resources = new LinkedHashMap<>(common);
    if (ROUTES.stream().anyMatch(own::containsKey)) {
      ROUTES.forEach(resources::remove);
    }
    resources.putAll(own);
    List<VectorStep> steps = new ArrayList<>();
    if (fields.has("steps")) {
      for (Object step : fields.list("steps")) {
        Fields one = Fields.of(where, step);
        steps.add(VectorStep.parse(where, one));
        one.end();
      }
    } else if (fields.has("request")) {
      steps.add(VectorStep.parse(where, fields));
    }
    String golden = fields.text("golden", "");
    if (!golden.isEmpty() && !golden.equals(GOLDEN)) {
      throw new IllegalArgumentException(where + ": golden: " + golden + " is not " + GOLDEN);
    }
    VectorCase result =
        new VectorCase(
            file,
            name,
            fields.text("scenario", scenario),
            resources,
            steps,
            fields.text("rejected", ""),
            fields.text("engine-only", ""),
            HealthScript.parse(where, fields),
            !golden.isEmpty(),
            fields.has("fresh") ? fields.flag("fresh") : fresh);
    fields.end();
    return result;
  }

  @Override
  public String toString() {
    return file + ": " + name;
  }
}
