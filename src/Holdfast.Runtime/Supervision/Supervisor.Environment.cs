using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Linux.Processes;

namespace Holdfast.Runtime.Supervision;

// What a configuration says about the place that all processes run in: namespace, umask, pid files.
public sealed partial class Supervisor
{
    private string? _netNamespace;

    /// <summary>
    /// Prepares this process; its children inherit everything. The loop is this one thread, so that entering a
    /// namespace here is enough: other threads of the runtime open no socket.
    /// </summary>
    private bool TryPrepare(KeepalivedModel model)
    {
        ApplyUmask(model);
        _netNamespace = _options.NetNamespace ?? model.NetNamespace;
        if (_netNamespace is { } name && TryEnterNetwork(name) is var errno && errno != Errno.Success)
        {
            _log.Error($"Network namespace {name} cannot be entered: {errno}");
            return false;
        }
        return TryCreatePidFile(PidPath(_options.PidFile, PidFileNames.Parent), Environment.ProcessId, ref _pidFile);
    }

    /// <summary>A reload: what cannot change any more keeps its value, and is reported.</summary>
    private void ApplyEnvironment(KeepalivedModel before, KeepalivedModel now)
    {
        ApplyUmask(now);
        if (before.NetNamespace != now.NetNamespace && _options.NetNamespace is null)
        {
            _log.Error("net_namespace cannot be changed by a reload: the old one stays until a restart");
        }
        if (before.InstanceName != now.InstanceName || before.UsePidDir != now.UsePidDir)
        {
            _log.Warning("instance and use_pid_dir cannot be changed by a reload: pid files keep their names");
        }
    }

    private void ApplyUmask(KeepalivedModel model)
    {
        // The command line wins, as in the original.
        if ((_options.Umask ?? model.Global.Umask) is { } mask)
        {
            OwnProcess.SetUmask((uint)mask);
        }
    }

    private static Errno TryEnterNetwork(string name)
    {
        Errno errno = DescriptorIo.TryOpenRead(Path.Combine("/run/netns", name), out FdHandle handle);
        using (handle)
        {
            return errno != Errno.Success ? errno
                : OwnProcess.EnterNamespace(handle.Number, NamespaceKinds.CLONE_NEWNET);
        }
    }

    private string? PidPath(string? option, string role)
        => option ?? (_options.DefaultPidFiles ? PidFileNames.Of(_configuration.Model, _netNamespace, role) : null);

    private void WriteVrrpPidFile(int pid)
    {
        if (_vrrpPidFile is not null)
        {
            _ = _vrrpPidFile.Write(pid); // the file was writable when it was created
        }
        else if (_options.HasVrrpPidFile)
        {
            _ = TryCreatePidFile(PidPath(_options.VrrpPidFile, PidFileNames.Vrrp), pid, ref _vrrpPidFile);
        }
    }

    private bool TryCreatePidFile(string? path, int pid, ref PidFile? file)
    {
        if (path is null)
        {
            return true;
        }
        try
        {
            if (Path.GetDirectoryName(path) is { Length: > 0 } directory)
            {
                Directory.CreateDirectory(directory);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _log.Error($"Unable to create the directory of pid file {path}: {e.Message}");
            return false;
        }
        Errno errno = PidFile.TryCreate(path, pid, out file);
        if (errno == Errno.Success)
        {
            return true;
        }
        _log.Error(errno == Errno.EAGAIN ? $"daemon is already running (pid file {path})"
            : $"Unable to create pid file {path}: {errno}");
        return false;
    }
}
