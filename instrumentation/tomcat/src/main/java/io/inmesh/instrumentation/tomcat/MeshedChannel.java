package io.inmesh.instrumentation.tomcat;

import io.inmesh.instrumentation.api.InboundConnection;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/** A channel whose connection the mesh knows. */
interface MeshedChannel {
  /**
   * The connection that this wrapper was made for, or null once it has ended: the channel may be
   * another's by then.
   */
  @Nullable InboundConnection connection(SocketWrapperBase<?> wrapper);
}
