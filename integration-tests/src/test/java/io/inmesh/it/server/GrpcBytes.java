package io.inmesh.it.server;

import io.grpc.MethodDescriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** Messages of bytes, so that no generated code is needed. */
enum GrpcBytes implements MethodDescriptor.Marshaller<byte[]> {
  AS_THEY_ARE;

  /** A method that takes and gives any number of messages. */
  static MethodDescriptor<byte[], byte[]> method(String name) {
    return MethodDescriptor.newBuilder(AS_THEY_ARE, AS_THEY_ARE)
        .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
        .setFullMethodName(name)
        .build();
  }

  @Override
  public InputStream stream(byte[] message) {
    return new ByteArrayInputStream(message);
  }

  @Override
  public byte[] parse(InputStream stream) {
    try {
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
