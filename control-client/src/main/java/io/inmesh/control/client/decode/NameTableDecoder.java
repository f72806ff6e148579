package io.inmesh.control.client.decode;

import io.inmesh.control.client.wire.FieldTable;
import io.inmesh.control.client.wire.WireMessage;
import io.inmesh.engine.NameTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The name table of istiod's name discovery (NDS). */
public final class NameTableDecoder implements ResourceDecoder<List<NameTable.Entry>> {
  private final FieldTable table;
  private final Interner interner;

  public NameTableDecoder(FieldTable table, Interner interner) {
    this.table = table;
    this.interner = interner;
  }

  @Override
  public Decoded<List<NameTable.Entry>> decode(String name, WireMessage message) {
    Containment containment = new Containment(table, message);
    List<NameTable.Entry> entries = new ArrayList<>();
    for (Map.Entry<String, WireMessage> entry : message.map("table").entrySet()) {
      WireMessage info = entry.getValue();
      List<String> ips = new ArrayList<>();
      for (String ip : info.strings("ips")) {
        ips.add(interner.of(ip));
      }
      entries.add(
          new NameTable.Entry(
              interner.of(entry.getKey()),
              ips,
              info.string("registry").equals("Kubernetes"),
              interner.of(info.string("shortname")),
              interner.of(info.string("namespace"))));
    }
    return new Decoded<>(List.copyOf(entries), containment.findings());
  }
}
