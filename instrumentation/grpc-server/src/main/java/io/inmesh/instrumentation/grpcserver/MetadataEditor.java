package io.inmesh.instrumentation.grpcserver;

import io.grpc.Metadata;
import io.inmesh.engine.http.HeaderEditor;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Edits the library's metadata in place; a binary value is Base64, as on the wire. */
class MetadataEditor implements HeaderEditor {
  private final Metadata metadata;

  MetadataEditor(Metadata metadata) {
    this.metadata = metadata;
  }

  /** The values of a header, in order. */
  static List<String> values(Metadata metadata, String name) {
    List<String> values = new ArrayList<>();
    if (name.startsWith(":")) {
      return values;
    }
    if (name.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
      Iterable<byte[]> all =
          metadata.getAll(Metadata.Key.of(name, Metadata.BINARY_BYTE_MARSHALLER));
      if (all != null) {
        all.forEach(
            bytes -> values.add(Base64.getEncoder().withoutPadding().encodeToString(bytes)));
      }
    } else {
      Iterable<String> all = metadata.getAll(ascii(name));
      if (all != null) {
        all.forEach(values::add);
      }
    }
    return values;
  }

  private static Metadata.Key<String> ascii(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  @Override
  public @Nullable String header(String lowerCaseName) {
    List<String> values = values(metadata, lowerCaseName);
    return values.isEmpty() ? null : String.join(",", values);
  }

  @Override
  public void setHeader(String lowerCaseName, String value) {
    removeHeader(lowerCaseName);
    addHeader(lowerCaseName, value);
  }

  @Override
  public void addHeader(String lowerCaseName, String value) {
    if (lowerCaseName.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
      metadata.put(
          Metadata.Key.of(lowerCaseName, Metadata.BINARY_BYTE_MARSHALLER),
          Base64.getDecoder().decode(value));
    } else {
      metadata.put(ascii(lowerCaseName), value);
    }
  }

  @Override
  public void removeHeader(String lowerCaseName) {
    if (lowerCaseName.endsWith(Metadata.BINARY_HEADER_SUFFIX)) {
      metadata.discardAll(Metadata.Key.of(lowerCaseName, Metadata.BINARY_BYTE_MARSHALLER));
    } else {
      metadata.discardAll(ascii(lowerCaseName));
    }
  }

  @Override
  public boolean mayHavePrefix(String lowerCasePrefix) {
    for (String name : metadata.keys()) {
      if (name.startsWith(lowerCasePrefix)) {
        return true;
      }
    }
    return false;
  }
}
