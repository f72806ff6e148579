/** The measured programs: ordinary mains with no word of the mesh in them. */
@NullMarked
package workload;

import org.jspecify.annotations.NullMarked;
