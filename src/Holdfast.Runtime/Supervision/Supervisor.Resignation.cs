using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;
using Holdfast.Linux.Processes;
using Holdfast.Primitives;
using Holdfast.Runtime.Continuity;
using Holdfast.Runtime.Processes;
using Holdfast.Runtime.Vrrp;
using Holdfast.Vrrp.Machine;

namespace Holdfast.Runtime.Supervision;

// A VRRP process that is not started again has left addresses: they are handed over.
public sealed partial class Supervisor
{
    private SupervisedChild? _resigner;
    private MonotonicTime _resignerEnd = MonotonicTime.Never;

    /// <summary>
    /// Hands over what the last VRRP process held, through a process that does nothing else. What was told becomes
    /// FAULT: this node cannot serve.
    /// </summary>
    private void Resign()
    {
        if (_board is not { IsCommitted: true } board)
        {
            DropBoard(ref _board);
            return;
        }
        TellAllFault(board);
        Errno errno = SupervisedChild.TryStart(
            _options, ChildEnvironment.ResignRole, _loop, _children, static (_, _) => { }, OnResignerEnded,
            out _resigner);
        if (_resigner is null)
        {
            _log.Error($"The process that resigns cannot be started: {errno}");
            RemoveHeldAddresses();
            return;
        }
        _log.Warning($"Resigning by process {_resigner.Pid}: addresses are handed over, then removed");
        _resignerEnd = MonotonicClock.Now + ResignProcess.TimeMax(Plan());
        _ = SendConfiguration(_resigner, board, new ConfigurationMessage(board.Generation, 0), _configuration);
    }

    private void OnResignerEnded(SupervisedChild resigner, ExitStatus status)
    {
        if (!ReferenceEquals(resigner, _resigner))
        {
            return;
        }
        _resigner = null;
        _resignerEnd = MonotonicTime.Never;
        if (status.IsSuccess)
        {
            _log.Info("Resigned: nothing of ours is left");
            DropBoard(ref _board);
        }
        else
        {
            _log.Error($"The process that resigns (pid {resigner.Pid}) {status}");
            RemoveHeldAddresses();
        }
        FinishIfAlone();
    }

    private void KillLateResigner(MonotonicTime now)
    {
        if (_resignerEnd <= now)
        {
            _resignerEnd = MonotonicTime.Never;
            _resigner?.Signal(Signal.SIGKILL);
        }
    }

    /// <summary>A new VRRP process cleans up by itself.</summary>
    private void ForgetResigner()
    {
        _resigner?.Signal(Signal.SIGKILL);
        _resigner = null;
        _resignerEnd = MonotonicTime.Never;
    }

    /// <summary>The last resort: nobody says goodbye, but the addresses go.</summary>
    private void RemoveHeldAddresses()
    {
        if (_board is null)
        {
            return;
        }
        try
        {
            using var netlink = RouteNetlink.Open();
            new HeldInstances(Plan(), _board, netlink, _log.Warning).RemoveAll();
            _log.Warning("Virtual addresses removed");
        }
        catch (LinuxException e)
        {
            _log.Error($"Virtual addresses cannot be removed: {e.Message}");
        }
        DropBoard(ref _board);
    }

    private void TellAllFault(StateBoard board)
    {
        for (int index = 0; index < board.Shape.Instances; index++)
        {
            if (board.ToldOfInstance(index) is var told and (InstanceState.Active or InstanceState.Backup))
            {
                InstanceRecord record = board.Read(index);
                OnInstance(new InstanceStateChangedMessage(
                    index, told, InstanceState.Fault, record.State.EffectivePriority,
                    (ushort)TransitionReason.FaultBegan, IpAddress.None));
            }
        }
        for (int group = 0; group < board.Shape.Groups; group++)
        {
            if (board.ToldOfGroup(group) is var told and (InstanceState.Active or InstanceState.Backup))
            {
                OnGroup(new GroupStateChangedMessage(group, told, InstanceState.Fault));
            }
        }
    }

    private VrrpPlan Plan() => VrrpPlan.From(_configuration.Model, TimeSpan.MaxValue);
}
