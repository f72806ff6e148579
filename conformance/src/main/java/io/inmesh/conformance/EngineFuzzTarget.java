package io.inmesh.conformance;

import io.inmesh.control.client.decode.Interner;
import io.inmesh.control.client.decode.ListenerDecoder;
import io.inmesh.control.client.wire.FieldTable;
import io.inmesh.control.client.wire.WireMessage;
import io.inmesh.engine.Decision;
import io.inmesh.engine.LocalReply;
import io.inmesh.engine.MeshSnapshot;
import io.inmesh.engine.trace.Trace;
import java.util.HashMap;
import java.util.Map;

/** The Java engine, asked by the fuzzer. */
public final class EngineFuzzTarget implements FuzzTarget {
  private static final String LISTENER = "envoy.config.listener.v3.Listener";

  private final FieldTable table = FieldTable.load();

  @Override
  public Answers configure(byte[] listener) {
    WireMessage message = WireMessage.parse(table.message(LISTENER), listener);
    MeshSnapshot snapshot =
        MeshSnapshot.builder()
            .listener(new ListenerDecoder(table, new Interner()).decode("vector", message).value())
            .build();
    return request -> answer(snapshot, request);
  }

  private static Answer answer(MeshSnapshot snapshot, VectorRequest request) {
    Decision decision = snapshot.route(new EngineHead(request), 1, 1, Trace.OFF);
    if (!(decision instanceof LocalReply reply)) {
      return new Answer(0, Map.of(), decision.toString());
    }
    Map<String, String> headers = new HashMap<>();
    for (LocalReply.Header header : reply.headers()) {
      if (FuzzTarget.compares(header.name())) {
        headers.merge(header.name(), header.value().strip(), (a, b) -> a + "," + b);
      }
    }
    return new Answer(reply.status(), headers, request.method().equals("HEAD") ? "" : reply.body());
  }
}
