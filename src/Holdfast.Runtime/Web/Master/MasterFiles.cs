using System.Collections.Immutable;
using Holdfast.Config.Nginx.Model;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Linux.Processes;
using Holdfast.Web.Logs;

namespace Holdfast.Runtime.Web.Master;

/// <summary>Log files that processes without rights open anew: the master makes them, and gives them away.</summary>
internal static class MasterFiles
{
    private const uint Mode = 0x1A4; // 0644

    /// <summary>Makes files that are missing, and gives all of them to the user of the processes.</summary>
    /// <param name="paths">Whole paths.</param>
    /// <param name="main">Who the user is.</param>
    /// <param name="log">Told what does not work.</param>
    internal static void GiveAway(ImmutableArray<string> paths, MainSettings main, MasterLog log)
    {
        bool isRoot = OwnProcess.EffectiveUid == 0;
        uint uid = 0;
        bool gives = isRoot && WebIdentity.Find(main, out uid, out _) is null;
        foreach (string path in paths)
        {
            Errno errno = DescriptorIo.TryOpenAppend(path, Mode, out FdHandle file);
            using (file)
            {
                if (errno != Errno.Success)
                {
                    log.Write(ErrorLevel.Emerg, $"open() \"{path}\" failed ({ErrnoText.Of(errno)})");
                }
                else if (gives && IsItself(path, file.Number))
                {
                    _ = FileNames.SetOwner(file.Number, uid, uint.MaxValue);
                }
            }
        }
    }

    /// <summary>
    /// Whether a path names an open file directly. Its directory may be the user's: what that has linked there from
    /// elsewhere does not become its own.
    /// </summary>
    private static bool IsItself(string path, int fd)
        => FileStatus.TryGet(fd, out FileStatus status) == Errno.Success && status.Kind == FileKind.Regular
            && FileIdentity.TryGet(fd, out FileIdentity open) == Errno.Success && open.LinkCount == 1
            && FileIdentity.TryGet(path, out FileIdentity named) == Errno.Success && named == open;
}
