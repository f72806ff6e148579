package io.inmesh.benchmarks.path;

import io.inmesh.cli.Failure;
import io.inmesh.tls.Pem;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Certificates on P-256 of a client and a server by one root, as key stores for the programs' own
 * https and as PEM for Envoy.
 *
 * @param folder that holds them
 */
record Keys(Path folder) {
  /** What the names of all workloads begin with. */
  static final String MESH = "spiffe://cluster.local/";

  private static final String PASSWORD = "changeit";
  private static final String ROOT = "root";
  private static final int LIMIT_SECONDS = 120;

  /** Makes them, by the JDK's own tool. */
  static Keys make(Path folder, Path log) {
    Keys keys = new Keys(folder);
    try {
      Files.createDirectories(folder);
      keys.keytool(log, ROOT, "-ext", "bc:critical=ca:true");
      for (String owner : List.of("client", "server")) {
        String names = "san=uri:" + id(owner) + ",dns:" + Services.host("target");
        keys.keytool(log, owner, "-signer", ROOT, "-ext", names);
      }
      KeyStore all = KeyStore.getInstance("PKCS12");
      try (InputStream in = Files.newInputStream(keys.all())) {
        all.load(in, PASSWORD.toCharArray());
      }
      Certificate root = all.getCertificate(ROOT);
      Files.writeString(keys.root(), pem(root));
      keys.split(all, "client", root);
      keys.split(all, "server", root);
      return keys;
    } catch (IOException | GeneralSecurityException e) {
      throw new Failure("no certificates could be made: " + e, e);
    }
  }

  /** Who the client or the server is. */
  static String id(String owner) {
    return MESH + "ns/bench/sa/" + owner;
  }

  /** Key and chain of the client or the server, and the root that it trusts. */
  Path store(String owner) {
    return folder.resolve(owner + ".p12");
  }

  Path chain(String owner) {
    return folder.resolve(owner + ".pem");
  }

  Path key(String owner) {
    return folder.resolve(owner + "-key.pem");
  }

  Path root() {
    return folder.resolve("root.pem");
  }

  private Path all() {
    return folder.resolve("all.p12");
  }

  private void keytool(Path log, String alias, String... more) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Programs.java().resolveSibling("keytool").toString());
    command.addAll(List.of("-genkeypair", "-alias", alias, "-dname", "CN=" + alias));
    command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1", "-validity", "2"));
    command.addAll(List.of("-storetype", "PKCS12", "-keystore", all().toString()));
    command.addAll(List.of("-storepass", PASSWORD));
    command.addAll(List.of(more));
    Files.createDirectories(log.getParent());
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    try {
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new Failure("keytool does not end; see " + log);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
      throw new Failure("interrupted while certificates were made", e);
    }
    if (process.exitValue() != 0) {
      throw new Failure("keytool makes no certificate; see " + log);
    }
  }

  private void split(KeyStore all, String owner, Certificate root)
      throws IOException, GeneralSecurityException {
    char[] password = PASSWORD.toCharArray();
    KeyStore own = KeyStore.getInstance("PKCS12");
    own.load(null, password);
    Certificate[] chain = all.getCertificateChain(owner);
    own.setKeyEntry(owner, all.getKey(owner, password), password, chain);
    own.setCertificateEntry(ROOT, root);
    try (OutputStream out = Files.newOutputStream(store(owner))) {
      own.store(out, password);
    }
    StringBuilder text = new StringBuilder();
    for (Certificate certificate : chain) {
      text.append(pem(certificate));
    }
    Files.writeString(chain(owner), text);
    Files.writeString(
        key(owner), Pem.write("PRIVATE KEY", all.getKey(owner, password).getEncoded()));
  }

  private static String pem(Certificate certificate) throws GeneralSecurityException {
    return Pem.write("CERTIFICATE", certificate.getEncoded());
  }
}
