using Holdfast.Linux;
using Holdfast.Linux.Files;
using Holdfast.Primitives;
using Holdfast.Runtime.Processes;

namespace Holdfast.Runtime.Supervision;

// The checks process beside VRRP: both begin together, it takes a reload when VRRP has taken it, and it ends when VRRP
// has ended.
public sealed partial class Supervisor
{
    private readonly ChecksChild _checks;
    private PidFile? _checksPidFile;
    // More than the process takes for itself to begin the scripts that wait (3 s).
    private static readonly TimeSpan ChecksStopLimit = TimeSpan.FromSeconds(5);
    private bool _checksReload;
    private bool _checksTold;

    void IChecksOwner.OnChecksStarted(int pid)
    {
        if (_checksPidFile is not null)
        {
            _ = _checksPidFile.Write(pid); // the file was writable when it was created
        }
        else
        {
            _ = TryCreatePidFile(PidPath(_options.ChecksPidFile, PidFileNames.Checks), pid, ref _checksPidFile);
        }
    }

    void IChecksOwner.OnChecksEnded()
    {
        if (_checks.IsGone)
        {
            _checksPidFile?.Dispose();
            _checksPidFile = null;
        }
        FailStatusRequests(StatusPart.Checks);
        FinishIfAlone();
    }

    void IChecksOwner.OnChecksGivenUp()
    {
        _exitCode = DaemonExitCode.Fatal;
        if (Phase is SupervisorPhase.Stopping or SupervisorPhase.Finishing)
        {
            return; // a second stop would end VRRP at once, which hands over
        }
        Stop("the checks process ended and must not be started again (-R)");
    }

    void IChecksOwner.OnChecksReloaded(bool isApplied)
    {
        if (!_checksReload)
        {
            return;
        }
        _checksReload = false;
        _reloadDeadline = MonotonicTime.Never;
        if (isApplied)
        {
            ReportReload();
        }
        else
        {
            TellSystemd(SystemdNotifier.Ready, "The last reload failed: virtual servers go on as they were");
            FailReload("the checks process did not take the new configuration, and goes on with the one before; "
                + "VRRP runs the new one");
        }
        ReloadAgain();
    }

    void IChecksOwner.OnChecksStatus(StatusReplyMessage reply, ChildChannel channel)
    {
        using FdHandle memory = channel.TakeDescriptor();
        OnStatusPart(reply.Id, memory, StatusPart.Checks);
    }

    /// <summary>
    /// The configuration that runs now goes to the checks process as well, which starts or ends for it.
    /// </summary>
    /// <returns>Whether its answer has to be waited for.</returns>
    private bool ReloadChecks()
    {
        _checksReload = _checks.Reload(_configuration, _generation);
        if (_checksReload)
        {
            _reloadDeadline = MonotonicClock.Now + ReloadTimeout;
        }
        return _checksReload;
    }

    /// <summary>Who follows as another program goes on with the virtual servers; otherwise they go.</summary>
    /// <remarks>
    /// Called when no address is held any more. A kernel that still has a virtual address, but no virtual server for
    /// it, resets every connection; and VRRP keeps the addresses until another node has taken over.
    /// </remarks>
    private void StopChecks()
    {
        if (_checksTold)
        {
            return;
        }
        _checksTold = true;
        _phaseEnd = MonotonicTime.Max(_phaseEnd.IsNever ? default : _phaseEnd, MonotonicClock.Now + ChecksStopLimit);
        if (_executeAtEnd is null)
        {
            _checks.Stop(ChecksStopLimit);
        }
        else
        {
            _checks.Leave();
        }
    }
}
