using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Bpf;

/// <summary>Where in the receive path a program runs.</summary>
public enum XdpMode : byte
{
    /// <summary>In the driver, before there is a packet buffer.</summary>
    Native,

    /// <summary>In the stack, on every kind of interface; slower.</summary>
    Generic,
}

/// <summary>The attachment of an XDP program to an interface (a BPF link).</summary>
/// <remarks>It ends when its last descriptor is closed, however that happens, unless it is pinned.</remarks>
public sealed unsafe class XdpLink : IDisposable
{
    private readonly FdHandle _handle;

    private XdpLink(FdHandle handle) => _handle = handle;

    /// <summary>Attaches a program. Needs CAP_NET_ADMIN and CAP_BPF.</summary>
    /// <param name="interfaceIndex">The interface, in the network namespace of the calling thread.</param>
    /// <param name="program">The program.</param>
    /// <param name="mode">Where it runs.</param>
    /// <param name="link">Null unless it worked.</param>
    /// <returns>
    /// EBUSY: the interface has a program. EOPNOTSUPP: the driver cannot. EINVAL, ERANGE: it cannot with this MTU.
    /// ENODEV: there is no such interface. E2BIG, EINVAL: the kernel is older than 5.9.
    /// </returns>
    public static Errno TryAttach(int interfaceIndex, FdHandle program, XdpMode mode, out XdpLink? link)
    {
        var options = new bpf_link_create_opts
        {
            sz = (nuint)sizeof(bpf_link_create_opts),
            flags = (uint)(mode == XdpMode.Native ? XDP_FLAGS.XDP_FLAGS_DRV_MODE : XDP_FLAGS.XDP_FLAGS_SKB_MODE),
        };
        int descriptor = LibBpf.bpf_link_create(program.Number, interfaceIndex, (int)EBPF.BPF_XDP, &options);
        link = descriptor < 0 ? null : new(new FdHandle(descriptor));
        return descriptor < 0 ? (Errno)(-descriptor) : Errno.Success;
    }

    /// <summary>Opens an attachment that is pinned.</summary>
    /// <returns>ENOENT: there is none.</returns>
    public static Errno TryOpen(string path, out XdpLink? link)
    {
        fixed (byte* raw = Utf8Strings.Terminated(path))
        {
            int descriptor = LibBpf.bpf_obj_get(raw);
            link = descriptor < 0 ? null : new(new FdHandle(descriptor));
            return descriptor < 0 ? (Errno)(-descriptor) : Errno.Success;
        }
    }

    /// <summary>Whether its interface has gone, and with it all that it did.</summary>
    public bool IsDead
    {
        get
        {
            // struct bpf_link_info: type, id, program, padding, and for XDP the interface, 0 when it has gone.
            uint* info = stackalloc uint[8];
            uint size = 8 * sizeof(uint);
            return LibBpf.bpf_obj_get_info_by_fd(_handle.Number, info, &size) == 0
                && info[0] == (uint)EBPF.BPF_LINK_TYPE_XDP && info[4] == 0;
        }
    }

    /// <summary>Lets it outlive this process. It ends when the file is removed and nobody has it open.</summary>
    /// <param name="path">Below a mounted BPF file system; nothing is there.</param>
    public Errno Pin(string path)
    {
        fixed (byte* raw = Utf8Strings.Terminated(path))
        {
            int result = LibBpf.bpf_obj_pin(_handle.Number, raw);
            return result < 0 ? (Errno)(-result) : Errno.Success;
        }
    }

    /// <summary>Puts another program in the place of the present one; no frame meets neither.</summary>
    /// <returns>ENOLINK: the interface is gone.</returns>
    public Errno Replace(FdHandle program)
    {
        int result = LibBpf.bpf_link_update(_handle.Number, program.Number, null);
        return result < 0 ? (Errno)(-result) : Errno.Success;
    }

    /// <summary>
    /// Detaches the program now, whoever has the attachment open or pinned; the kernel takes its time over one that
    /// nobody has any more, and the interface is busy until then.
    /// </summary>
    /// <returns>EOPNOTSUPP, EINVAL: the kernel is older than 5.9.</returns>
    public Errno Detach()
    {
        int result = LibBpf.bpf_link_detach(_handle.Number);
        return result < 0 ? (Errno)(-result) : Errno.Success;
    }

    /// <summary>Closes it; unless it is pinned, the program is detached.</summary>
    public void Dispose() => _handle.Dispose();
}
