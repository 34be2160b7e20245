using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Bpf;

/// <summary>Names of BPF objects in a BPF file system.</summary>
public static unsafe class BpfPin
{
    /// <summary>Gives a program or map a name, by which it lives on when this process has ended.</summary>
    /// <param name="descriptor">The program or map.</param>
    /// <param name="path">Below a mounted BPF file system; the directory exists.</param>
    /// <returns>EEXIST: there is something. EPERM: that is no BPF file system, or no privilege. ENOSYS: no libbpf.
    /// </returns>
    public static Errno TryPin(FdHandle descriptor, string path)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        if (!LibBpf.IsAvailable)
        {
            return Errno.ENOSYS;
        }
        fixed (byte* raw = Utf8Strings.Terminated(path))
        {
            int result = LibBpf.bpf_obj_pin(descriptor.Number, raw);
            return result < 0 ? (Errno)(-result) : Errno.Success;
        }
    }
}
