using Holdfast.Linux;
using Holdfast.Linux.Bpf;

namespace Holdfast.Lab;

/// <summary>Loss between two nodes, in one direction.</summary>
public sealed partial class LabSegment
{
    private readonly Dictionary<(LabLink From, LabLink To), double> _losses = [];

    /// <summary>Loses frames on the way from one node to another; the other direction stays as it is.</summary>
    /// <param name="from">The sender.</param>
    /// <param name="to">The receiver, at whose card they are dropped.</param>
    /// <param name="probability">0 none to 1 all. Virtual router MAC addresses are not the sender's, and pass.</param>
    /// <exception cref="LinuxException">The kernel has no XDP.</exception>
    public void SetLoss(LabNode from, LabNode to, double probability)
    {
        LabLink target = LinkOf(to);
        _losses[(LinkOf(from), target)] = probability;
        LossRule[] rules = [.. _losses.Where(pair => pair.Key.To == target && pair.Value > 0)
            .Select(static pair => new LossRule(pair.Key.From.Mac, pair.Value))];
        if (rules.Length == 0)
        {
            to.Route.AttachXdp(target.Index, null).ThrowIfFailed("end the loss");
            return;
        }
        LinuxException.ThrowIf(FrameLoss.TryLoad(rules, out FdHandle program), "load the program that loses frames");
        using (program)
        {
            to.Route.AttachXdp(target.Index, program).ThrowIfFailed("attach the program that loses frames");
        }
    }
}
