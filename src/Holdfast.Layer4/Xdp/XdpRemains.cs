using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;

namespace Holdfast.Layer4.Xdp;

/// <summary>What a director leaves behind that its daemon did not stop in order: it forwards on.</summary>
internal static class XdpRemains
{
    /// <summary>Takes a director of this network namespace down, where another plane carries out virtual services.
    /// </summary>
    /// <returns>EBUSY: another process keeps it; it has no service any more, and that process takes it down when it
    /// looks. Others: what the file system says.</returns>
    internal static NetlinkResult Remove()
    {
        NetlinkResult result = default;
        try
        {
            foreach (string directory in PinDirectories.FindOwn())
            {
                if (!PinDirectories.IsCurrent(directory))
                {
                    PinDirectories.Evict(directory);
                }
                else if (!PinDirectories.TryRemove(directory))
                {
                    Empty(directory);
                    result = new(Errno.EBUSY, "another process keeps the director at XDP");
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or LinuxException)
        {
            result = new(Errno.EPERM, $"the director at XDP of before cannot be removed: {exception.Message}");
        }
        return result;
    }

    private static void Empty(string directory)
    {
        if (XdpClient.TryOpen(new XdpOptions { PinDirectory = directory }, out XdpClient? client) == Errno.Success)
        {
            using (client)
            {
                _ = client!.Flush();
            }
        }
    }
}
