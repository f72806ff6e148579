/** Processes of the mesh on this machine: run files, child processes, admin endpoints. */
@NullMarked
package io.inmesh.cli.run;

import org.jspecify.annotations.NullMarked;
