package io.inmesh.control.client;

import io.inmesh.control.client.wire.FieldTable;
import io.inmesh.control.client.wire.WireFormatException;
import io.inmesh.control.client.wire.WireMessage;
import io.inmesh.control.client.wire.WireWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The messages of the delta discovery protocol. */
final class Discovery {
  private static final int INTERNAL = 13;
  private static final int MAX_ERROR = 4096;

  private Discovery() {}

  /**
   * One response.
   *
   * @param version the control plane's version of its whole configuration
   * @param removed names of resources that are no more
   */
  record Response(
      String typeUrl,
      String version,
      String nonce,
      List<Resource> resources,
      List<String> removed) {}

  /**
   * One resource of a response.
   *
   * @param body null for a heartbeat, which changes nothing
   */
  record Resource(String name, String version, String typeUrl, byte @Nullable [] body) {}

  /**
   * Reads a response.
   *
   * @throws WireFormatException where the bytes are none
   */
  static Response read(FieldTable table, byte[] data) {
    WireMessage message =
        WireMessage.parse(table.message("envoy.service.discovery.v3.DeltaDiscoveryResponse"), data);
    List<Resource> resources = new ArrayList<>();
    for (WireMessage resource : message.messages("resources")) {
      WireMessage any = resource.message("resource");
      WireMessage named = resource.message("resource_name");
      String name = resource.string("name");
      resources.add(
          new Resource(
              name.isEmpty() && named != null ? named.string("name") : name,
              resource.string("version"),
              any == null ? "" : any.string("type_url"),
              any == null ? null : any.bytes("value")));
    }
    List<String> removed = new ArrayList<>(message.strings("removed_resources"));
    for (WireMessage name : message.messages("removed_resource_names")) {
      removed.add(name.string("name"));
    }
    return new Response(
        message.string("type_url"),
        message.string("system_version_info"),
        message.string("nonce"),
        resources,
        removed);
  }

  /** A request that subscribes, unsubscribes, and says on a new stream what is held already. */
  static byte[] subscribe(
      ResourceType type,
      @Nullable NodeIdentity node,
      Collection<String> subscribe,
      Collection<String> unsubscribe,
      Map<String, String> held) {
    WireWriter out = new WireWriter();
    if (node != null) {
      out.message(1, node.toWire());
    }
    out.string(2, type.typeUrl());
    for (String name : subscribe) {
      out.element(3, name);
    }
    for (String name : unsubscribe) {
      out.element(4, name);
    }
    for (Map.Entry<String, String> entry : held.entrySet()) {
      out.message(5, new WireWriter().element(1, entry.getKey()).element(2, entry.getValue()));
    }
    return out.toBytes();
  }

  /** An answer to a response: ACK where there is no error, else NACK with every error in it. */
  static byte[] answer(String typeUrl, String nonce, List<String> errors) {
    WireWriter out = new WireWriter().string(2, typeUrl).string(6, nonce);
    if (!errors.isEmpty()) {
      String text = String.join("\n", errors);
      String cut = text.length() > MAX_ERROR ? text.substring(0, MAX_ERROR - 3) + "..." : text;
      out.message(7, new WireWriter().number(1, INTERNAL).string(2, cut));
    }
    return out.toBytes();
  }
}
