package io.inmesh.bootstrap;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Loads the agent and its libraries from {@code inst/**.classdata} of the agent jar.
 *
 * <pre>
 *   boot            java.lang.MeshDispatcher
 *   platform
 *   app             the app; of ours only this package (the jar stands on the class path)
 *   AgentClassLoader     engine, control client, linker, Netty: JDK packages from the platform loader, nothing else
 *                        from any parent
 *   ModuleClassLoader    one a library module and app loader: advice first, then engine and api from here, then the app
 * </pre>
 *
 * <p>The app never sees a class of the agent, nor the agent one of the app: file names do not end
 * in {@code .class}, and the parent answers for JDK packages alone (in a modular app the platform
 * loader can see the app's modules).
 *
 * <p>Thread-safe; parallel capable.
 */
public final class AgentClassLoader extends ClassLoader {
  static {
    registerAsParallelCapable();
  }

  private static final String ROOT = "inst/";

  private final ZipFile jar;
  private final ClassLoader platform = ClassLoader.getPlatformClassLoader();

  /** Opens {@code file} and keeps it open for the life of the process. */
  public AgentClassLoader(File file) throws IOException {
    super("inmesh-agent", null);
    this.jar = new ZipFile(file);
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (ofJdk(name)) {
      return platform.loadClass(name);
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded != null ? loaded : findClass(name);
    }
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    byte[] bytes = bytes(name.replace('.', '/') + ".classdata");
    if (bytes == null) {
      throw new ClassNotFoundException(name + " is not part of the agent jar " + jar.getName());
    }
    return defineClass(name, bytes, 0, bytes.length);
  }

  /** The content of {@code inst/path}, or null when the jar has none. */
  public byte @Nullable [] bytes(String path) {
    ZipEntry entry = jar.getEntry(ROOT + path);
    if (entry == null) {
      return null;
    }
    try (InputStream in = jar.getInputStream(entry)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + path + " of " + jar.getName(), e);
    }
  }

  @Override
  public @Nullable URL getResource(String name) {
    return findResource(name);
  }

  @Override
  public Enumeration<URL> getResources(String name) {
    return findResources(name);
  }

  @Override
  protected @Nullable URL findResource(String name) {
    String path = name.endsWith(".class") ? name + "data" : name;
    if (jar.getEntry(ROOT + path) == null) {
      return null;
    }
    try {
      // An own protocol: the app may have switched URL caching on or replaced the jar handler.
      return new URL("inmesh", "", -1, "/" + path, new Handler());
    } catch (MalformedURLException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  protected Enumeration<URL> findResources(String name) {
    URL found = findResource(name);
    return found == null ? Collections.emptyEnumeration() : Collections.enumeration(List.of(found));
  }

  private static boolean ofJdk(String name) {
    return name.startsWith("java.")
        || name.startsWith("javax.")
        || name.startsWith("jdk.")
        || name.startsWith("sun.")
        || name.startsWith("com.sun.");
  }

  private final class Handler extends URLStreamHandler {
    @Override
    protected URLConnection openConnection(URL url) {
      return new URLConnection(url) {
        @Override
        public void connect() {}

        @Override
        public InputStream getInputStream() throws IOException {
          byte[] bytes = bytes(url.getPath().substring(1));
          if (bytes == null) {
            throw new IOException(url + " is not part of the agent jar");
          }
          return new ByteArrayInputStream(bytes);
        }
      };
    }
  }
}
