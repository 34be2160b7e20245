using Holdfast.Layer4;
using Holdfast.Linux;

namespace Holdfast.Runtime.Supervision;

// At a start VRRP waits for virtual servers: a node that takes an address over before its packets are forwarded answers
// established connections by resets. Neither a crash of the checks process nor a reload has VRRP wait.
public sealed partial class Supervisor
{
    private bool _awaitsPlane;
    private PlaneWait? _planeWait;

    private bool NeedsPlane
        => _configuration.Model is { VirtualServerCount: > 0, Instances: not [] };

    private void StartAll()
    {
        if (!NeedsPlane)
        {
            StartVrrp();
            _checks.Start(_configuration, _generation, _options.ContinuesChecks);
            return;
        }
        Phase = SupervisorPhase.Starting;
        _awaitsPlane = true;
        _planeWait = null;
        _phaseEnd = MonotonicClock.Now + _options.PlaneLimit;
        // Who is about to be Backup hears of the connections that the Active knows.
        ApplyConnectionSync();
        _checks.Start(_configuration, _generation, _options.ContinuesChecks);
    }

    void IChecksOwner.OnPlane(PlaneWait wait)
    {
        _planeWait = wait;
        if (!_awaitsPlane)
        {
            return;
        }
        if (wait == PlaneWait.Nothing)
        {
            _log.Info("Virtual servers are forwarded: VRRP starts");
            StartAfterPlane();
        }
        else if (wait == PlaneWait.Plane)
        {
            StartWithoutPlane("and waiting is of no use");
        }
    }

    private void StartWithoutPlane(string problem)
    {
        _log.Warning($"VRRP starts, but virtual servers are not forwarded yet, {problem}: "
            + (_planeWait switch
            {
                null when _checks.IsGone => "the checks process has ended",
                null => "the checks process has not said anything",
                PlaneWait.Plane => "the plane cannot be opened",
                PlaneWait.Services => "the plane does not take them at present",
                PlaneWait.Attachment => "the program is not attached to all interfaces",
                PlaneWait.Neighbors => "Ethernet addresses of real servers are not known",
                PlaneWait.Connections =>
                    "lvs_sync_daemon has not brought all connections of the other director",
                _ => "the checks process is not ready",
            }));
        StartAfterPlane();
    }

    private void StartAfterPlane()
    {
        _awaitsPlane = false;
        StartVrrp();
        ReloadAgain();
    }

    /// <summary>The daemon stops instead: who asked for a reload meanwhile is told.</summary>
    private void StopPlaneWait()
    {
        if (_awaitsPlane)
        {
            _awaitsPlane = false;
            ReloadAgain();
        }
    }
}
