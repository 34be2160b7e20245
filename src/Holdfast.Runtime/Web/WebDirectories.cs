using Holdfast.Config.Nginx.Model;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Linux.Processes;
using Holdfast.Web.Running;

namespace Holdfast.Runtime.Web;

/// <summary>Directories that a package would have made, and that belong to the user of the process.</summary>
internal static class WebDirectories
{
    /// <summary>Makes the one of the log that no line names, while the process may.</summary>
    internal static void Make(WebConfiguration configuration)
    {
        string directory = Path.GetDirectoryName(DefaultPaths.AccessLog)!;
        if (configuration.Model.Http is not null && OwnProcess.EffectiveUid == 0 && !Directory.Exists(directory))
        {
            try
            {
                _ = Directory.CreateDirectory(directory);
            }
            catch (IOException)
            {
                // Who opens a log there says what is wrong.
            }
        }
    }

    /// <summary>Gives those of temporary files, which are there by now, to a user.</summary>
    internal static void GiveAway(WebConfiguration configuration, uint uid)
    {
        if (configuration.Model.Http is null)
        {
            return;
        }
        foreach (string directory in new[] { configuration.BodyTempPath, configuration.ProxyTempPath })
        {
            if (FileStatus.TryGet(directory, out FileStatus status) == Errno.Success
                && status.Kind == FileKind.Directory && status.Uid != uid)
            {
                _ = FileNames.SetOwner(directory, uid, uint.MaxValue);
            }
        }
    }
}
