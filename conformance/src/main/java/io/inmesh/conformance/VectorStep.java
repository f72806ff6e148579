package io.inmesh.conformance;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request of a case, sent once or more often.
 *
 * @param random the request's random number; only the engine can be given one
 * @param upstream what the upstream does with the attempts in turn; then it answers 200
 * @param waitMillis before the step
 * @param times how often, one after the other
 * @param together true sends all of them at once
 * @param peer who sends it, null for the ordinary one
 * @param everyMillis between one and the next, which does not wait for it; 0 is not so
 * @param slow milliseconds that a host of the upstream takes for each reply, by its number
 * @param checks what health checks get from here on, before the step waits; null for what they got
 * @param expect what must come of it, see {@link Expectation}
 */
record VectorStep(
    VectorRequest request,
    @Nullable Long random,
    List<UpstreamReply> upstream,
    long waitMillis,
    int times,
    boolean together,
    @Nullable VectorPeer peer,
    long everyMillis,
    Map<Integer, Long> slow,
    @Nullable HealthScript checks,
    Map<String, @Nullable Object> expect) {
  VectorStep {
    upstream = List.copyOf(upstream);
    slow = Map.copyOf(slow);
  }

  static VectorStep parse(String where, Fields fields) {
    List<UpstreamReply> upstream = new ArrayList<>();
    for (Object reply : fields.list("upstream")) {
      upstream.add(UpstreamReply.parse(where + ".upstream", reply));
    }
    Map<Integer, Long> slow = new HashMap<>();
    fields
        .map("slow")
        .forEach((host, millis) -> slow.put(Integer.valueOf(host), ((Number) millis).longValue()));
    Object random = fields.get("random");
    return new VectorStep(
        VectorRequest.parse(
            where,
            fields.text("request", "GET test/"),
            fields.map("headers"),
            fields.text("body", "")),
        random == null ? null : ((Number) random).longValue(),
        upstream,
        fields.number("wait", 0),
        (int) fields.number("times", 1),
        fields.flag("together"),
        VectorPeer.parse(where, fields),
        fields.number("every", 0),
        slow,
        HealthScript.parse(where, fields),
        fields.map("expect"));
  }
}
