package io.inmesh.control.client;

import io.inmesh.control.client.decode.Decoded;
import io.inmesh.control.client.decode.Interner;
import io.inmesh.control.client.decode.ResourceDecoder;
import io.inmesh.control.client.wire.FieldTable;
import io.inmesh.control.client.wire.Finding;
import io.inmesh.control.client.wire.MessageSchema;
import io.inmesh.control.client.wire.WireMessage;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The resources of one type that are in force. A bad one leaves its predecessor in place. Lives on
 * the event thread.
 */
final class ResourceStore<T> {
  private final ResourceType type;
  private final FieldTable table;
  private final ResourceDecoder<T> decoder;
  private final Interner interner;
  private final boolean nackUnsupported;
  private final Packer packer;
  private final Map<String, Held<T>> held = new LinkedHashMap<>();

  ResourceStore(
      ResourceType type,
      FieldTable table,
      ResourceDecoder<T> decoder,
      Interner interner,
      boolean nackUnsupported,
      Packer packer) {
    this.type = type;
    this.table = table;
    this.decoder = decoder;
    this.interner = interner;
    this.nackUnsupported = nackUnsupported;
    this.packer = packer;
  }

  /** A held resource as it was received. */
  WireMessage message(Held<?> resource) {
    return WireMessage.parse(schema(), packer.unpack(resource.bytes()));
  }

  /** Whether the resource is held with exactly these bytes. */
  boolean holds(String name, byte[] bytes) {
    Held<T> found = held.get(name);
    return found != null && Arrays.equals(packer.unpack(found.bytes()), bytes);
  }

  ResourceType type() {
    return type;
  }

  /** The message type of this store's resources. */
  MessageSchema schema() {
    return table.message(type.messageName());
  }

  /**
   * Puts a resource in force.
   *
   * @throws RuntimeException saying why it cannot be; the one before stays
   */
  Held<T> put(String name, String version, byte[] bytes) {
    Decoded<T> decoded = decoder.decode(name, WireMessage.parse(schema(), bytes));
    if (nackUnsupported) {
      for (Finding finding : decoded.findings()) {
        if (finding.refuses()) {
          throw new IllegalArgumentException("unsupported by inmesh: " + finding);
        }
      }
    }
    Held<T> now =
        new Held<>(
            interner.of(version), packer.pack(bytes), decoded.value(), once(decoded.findings()));
    held.put(interner.of(name), now);
    return now;
  }

  // The clusters of a mesh mostly have the same findings.
  @SuppressWarnings("unchecked")
  private List<Finding> once(List<Finding> findings) {
    if (findings.isEmpty()) {
      return List.of();
    }
    StringBuilder content = new StringBuilder("findings ");
    for (Finding finding : findings) {
      content.append(finding.path()).append('\0').append(finding.detail());
      content.append('\0').append(finding.fieldClass().code()).append('\0');
    }
    Object known = interner.find(content.toString());
    return known != null ? (List<Finding>) known : interner.keep(content.toString(), findings);
  }

  @Nullable Held<T> remove(String name) {
    return held.remove(name);
  }

  @Nullable T value(String name) {
    Held<T> found = held.get(name);
    return found == null ? null : found.value();
  }

  Collection<Held<T>> all() {
    return held.values();
  }

  Map<String, Held<T>> byName() {
    return held;
  }

  int size() {
    return held.size();
  }

  /** Name to version, as a new stream is told. */
  Map<String, String> versions() {
    Map<String, String> out = new LinkedHashMap<>(held.size() * 2);
    for (Map.Entry<String, Held<T>> entry : held.entrySet()) {
      out.put(entry.getKey(), entry.getValue().version());
    }
    return out;
  }
}
