package io.inmesh.instrumentation.sockets;

import io.inmesh.instrumentation.api.Advice;
import io.inmesh.instrumentation.api.Capability;
import io.inmesh.instrumentation.api.Hook;
import io.inmesh.instrumentation.api.LibraryModule;
import io.inmesh.instrumentation.api.VersionRange;
import io.inmesh.instrumentation.api.VersionSource;
import java.util.List;
import java.util.Set;

/** Declares the guard over what connects. Woven late: every app has such classes loaded. */
public final class SocketsModule implements LibraryModule {
  private static final String ADVICE = "io.inmesh.instrumentation.sockets.";
  private static final String CHANNEL = "sun/nio/ch/SocketChannelImpl";

  @Override
  public String name() {
    return "sockets";
  }

  @Override
  public String library() {
    return "java.net.Socket, SocketChannel and AsynchronousSocketChannel";
  }

  @Override
  public VersionRange proven() {
    return new VersionRange("17", "26");
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(Capability.GUARD);
  }

  @Override
  public boolean isWovenLate() {
    return true;
  }

  @Override
  public List<Hook> hooks() {
    return List.of(
        connect("java/net/Socket", "connect", "(Ljava/net/SocketAddress;I)V"),
        connect(CHANNEL, "connect", "(Ljava/net/SocketAddress;)Z"),
        // What the socket of a channel calls.
        connect(CHANNEL, "blockingConnect", "(Ljava/net/SocketAddress;J)V"),
        // Its name on every system but Windows, where such connections are not seen.
        Hook.enter(
                Advice.SECURING,
                "sun/nio/ch/UnixAsynchronousSocketChannelImpl",
                "implConnect",
                "(Ljava/net/SocketAddress;Ljava/lang/Object;"
                    + "Ljava/nio/channels/CompletionHandler;)",
                ADVICE + "AsynchronousConnectAdvice",
                "connect")
            .wherePresent());
  }

  @Override
  public VersionSource versionSource() {
    return new VersionSource.Jdk();
  }

  private static Hook connect(String type, String method, String descriptor) {
    return Hook.enter(
        Advice.SECURING, type, method, descriptor, ADVICE + "ConnectAdvice", "connect");
  }
}
