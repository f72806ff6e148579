package io.inmesh.instrumentation.sockets;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.Socket;
import java.net.SocketImpl;

/** What a socket stands on. */
final class SocketInternals {
  private final MethodHandle close;

  /**
   * @param site lookup of any class of the JDK's base module
   */
  SocketInternals(MethodHandles.Lookup site) throws ReflectiveOperationException {
    close =
        MethodHandles.filterArguments(
            MethodHandles.privateLookupIn(SocketImpl.class, site)
                .findVirtual(SocketImpl.class, "close", MethodType.methodType(void.class)),
            0,
            MethodHandles.privateLookupIn(Socket.class, site)
                .findGetter(Socket.class, "impl", SocketImpl.class));
  }

  /**
   * Ends the connection beneath the socket: whoever uses it finds its peer gone. The socket itself
   * stays open, since one of TLS cannot close and its server cannot finish its accept without.
   */
  void disconnect(Socket socket) throws IOException {
    try {
      close.invokeExact(socket);
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IOException(e);
    }
  }
}
