using System.Globalization;
using System.Text;
using Holdfast.Config.Keepalived;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;

namespace Holdfast.Runtime.Supervision;

// Files by which a reload speaks with others: reload_file, the log of reload_check_config, config_save_dir.
public sealed partial class Supervisor
{
    private const uint OwnerOnly = 0x180; // 0600
    private const uint OwnerDirectory = 0x1C0; // 0700
    private const string ReloadFileName = "keepalived.reload";

    /// <summary>
    /// Reads the files while <c>reload_file</c> exists, so that who writes them knows when that is over.
    /// </summary>
    private LoadedConfiguration? LoadForReload()
    {
        GlobalModel global = _configuration.Model.Global;
        string? flag = global.ReloadFile is null ? null
            : global.ReloadFile.Length > 0 ? global.ReloadFile
            : Path.Combine(Path.GetDirectoryName(
                PidFileNames.Of(_configuration.Model, _netNamespace, PidFileNames.Parent))!, ReloadFileName);
        if (flag is not null)
        {
            Report(flag, FileNames.CreateEmpty(flag, OwnerOnly));
        }
        LoadedConfiguration? loaded = _loader.Load(out _findings);
        if (flag is not null)
        {
            Report(flag, FileNames.Remove(flag));
        }
        if (global.ReloadCheckLog is { } log)
        {
            string text = string.Concat(_findings.Diagnostics.Select(static d => OriginalExitCode.Format(d) + "\n"));
            Report(log, FileNames.WriteAtomically(log, Encoding.UTF8.GetBytes(text), OwnerOnly));
        }
        if ((loaded?.Model.Global.ConfigSaveDirectory ?? global.ConfigSaveDirectory) is { } directory)
        {
            SaveConfiguration(directory);
        }
        return loaded;
    }

    /// <summary>Keeps what was read, as the original does: who looks for a bug needs it. It holds passwords.</summary>
    private void SaveConfiguration(string directory)
    {
        try
        {
            if (!Directory.Exists(directory))
            {
                Directory.CreateDirectory(directory);
                Report(directory, FileNames.SetMode(directory, OwnerDirectory));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _log.Error($"config_save_dir {directory} cannot be created: {e.Message}");
            return;
        }
        string name = string.Create(
            CultureInfo.InvariantCulture, $"keepalived.conf.{Environment.ProcessId}.{_saved++}");
        string path = Path.Combine(directory, name);
        Report(path, FileNames.WriteAtomically(path, Encoding.UTF8.GetBytes(_findings.Expanded), OwnerOnly));
    }

    private uint _saved;

    private void Report(string path, Errno errno)
    {
        if (errno != Errno.Success)
        {
            _log.Error($"{path}: {errno}");
        }
    }
}
