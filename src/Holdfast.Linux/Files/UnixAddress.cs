using System.Text;
using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Files;

/// <summary>Builds struct sockaddr_un: the family in two bytes, then the path with a closing zero.</summary>
internal static class UnixAddress
{
    /// <returns>ENAMETOOLONG when the path does not fit.</returns>
    internal static Errno TryBuild(string path, Span<byte> address, out uint size)
    {
        size = 0;
        if (Encoding.UTF8.GetByteCount(path) > SysUn.PathSizeMax)
        {
            return Errno.ENAMETOOLONG;
        }
        address.Clear();
        BitConverter.TryWriteBytes(address, (ushort)SysUn.AF_UNIX);
        size = (uint)(2 + Encoding.UTF8.GetBytes(path, address[2..]) + 1);
        if (path.StartsWith('@'))
        {
            address[2] = 0; // the abstract namespace: a zero in front, none behind
            size--;
        }
        return Errno.Success;
    }
}
