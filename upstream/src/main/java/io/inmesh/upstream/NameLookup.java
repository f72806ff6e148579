package io.inmesh.upstream;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/** Asks for the addresses of a name; blocks. */
@FunctionalInterface
public interface NameLookup {
  /** The JVM's own: the user's hosts file, name service and caching hold. */
  NameLookup JVM = name -> List.of(InetAddress.getAllByName(name));

  /**
   * All addresses of a name, in the order in which they are tried.
   *
   * @throws IOException where there is no answer
   */
  List<InetAddress> addresses(String name) throws IOException;
}
