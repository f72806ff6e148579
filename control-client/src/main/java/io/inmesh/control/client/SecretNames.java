package io.inmesh.control.client;

/** Istio's names of secrets, and where what they name comes from. */
public final class SecretNames {
  /** The workload's own certificate. */
  public static final String OWN = "default";

  /** The roots of the mesh. */
  public static final String ROOTS = "ROOTCA";

  /** Before the files of chain and key, which a tilde parts. */
  public static final String FILE_CERTIFICATE = "file-cert:";

  /** Before a file of roots. */
  public static final String FILE_ROOTS = "file-root:";

  private SecretNames() {}

  /** Whether a name is that of files. */
  public static boolean isFile(String name) {
    return name.startsWith(FILE_CERTIFICATE) || name.startsWith(FILE_ROOTS);
  }

  /** Whether the control plane has to be asked for it. */
  static boolean isDelivered(String name) {
    return !name.isEmpty() && !name.equals(OWN) && !name.equals(ROOTS) && !isFile(name);
  }
}
