using System.Buffers;
using System.Text.Json;
using Holdfast.Layer4;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Primitives;
using Holdfast.Runtime.Checks.Reports;
using Holdfast.Runtime.Processes;

namespace Holdfast.Runtime.Checks.Process;

// What it tells: changes of servers to those who want to hear of them, its status to the supervisor.
public sealed partial class CheckProcess
{
    private static readonly TimeSpan s_planeInterval = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan s_planeLimit = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Tells a change after the plane has it. Scripts, FIFOs, mail and the log hear of it from here, in this order of
    /// changes; indexes are those of <see cref="Model"/>.
    /// </summary>
    private void Tell(ServiceChange change)
    {
        _notifier.OnChange(change);
        _options.Told?.Invoke(Model, change);
    }

    /// <summary>VRRP waits for the plane at a start. Later nobody asks.</summary>
    private void TellPlane(MonotonicTime now)
    {
        if (_planeAt > now)
        {
            return;
        }
        PlaneWait wait = _plane.Wait;
        if (_planeTold != wait)
        {
            _planeTold = wait;
            _channel.TrySend(new PlaneMessage(wait));
        }
        bool isEnough = wait is PlaneWait.Nothing or PlaneWait.Plane || now >= _planeUntil;
        _planeAt = isEnough ? MonotonicTime.Never : now + s_planeInterval;
    }

    private void Reply(in StatusRequestMessage request)
    {
        if (_model is null)
        {
            return;
        }
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            WriteStatus(writer, in request);
        }
        if (SealedMemory.TryCreate("status", buffer.WrittenSpan, out FdHandle memory) == Errno.Success)
        {
            using (memory)
            {
                _channel.TrySend(new StatusReplyMessage(request.Id, buffer.WrittenCount), memory.Number);
            }
        }
    }

    private void WriteStatus(Utf8JsonWriter writer, in StatusRequestMessage request)
        => ChecksStatus.Write(writer, View(), request.Status, request.Instance, request.Server);

    /// <summary>The original dumps data of checkers, and has no statistics and no JSON of them.</summary>
    private void Dump(DumpKind kind)
    {
        if (kind == DumpKind.Data && _model is not null)
        {
            ChecksDump.Save(View(), _log.Warning);
        }
    }

    private ChecksView View()
    {
        PlaneTraffic traffic = PlaneTraffic.Of(Model, _plane.ObserveRecent());
        return new ChecksView
        {
            Model = Model,
            Board = _board,
            Engine = _engine,
            IsSuspended = service => _suspended[service],
            TrafficOf = traffic.Of,
            Plane = _plane.Name ?? "ipvs",
            PlaneReason = _plane.Reason,
            PlaneProblem = _plane.Problem,
            Refused = _plane.Refused,
            Now = MonotonicClock.Now,
        };
    }
}
