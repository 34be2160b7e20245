using Holdfast.Layer4.Xdp.Sync;
using Holdfast.Primitives;

namespace Holdfast.Xdp.Tests;

/// <summary>How a director that begins knows that it has heard of every connection.</summary>
public sealed class SyncCatchUpTests : IDisposable
{
    private const byte SyncId = 51;
    private const ulong Sender = 7;

    private static readonly MonotonicTime s_begin = new(1_000_000_000_000);
    private static readonly TimeSpan s_long = TimeSpan.FromHours(1);

    private readonly DirectorFixture _director = new();
    private readonly List<SyncHeader> _sent = [];

    public void Dispose() => _director.Dispose();

    [Fact]
    public void Receiver_NobodySpeaks_WaitsASecond()
    {
        SyncReceiver receiver = Receiver();
        Assert.False(receiver.IsCaughtUp(s_begin + s_long));
        receiver.Step(s_begin);

        Assert.False(receiver.IsCaughtUp(s_begin + TimeSpan.FromMilliseconds(999)));
        Assert.True(receiver.IsCaughtUp(s_begin + TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void Receiver_SomebodySpeaks_WaitsUntilAllIsToldThatItAskedFor()
    {
        SyncReceiver receiver = Receiver();
        receiver.Step(s_begin);
        ushort request = Assert.Single(_sent).Request;
        Assert.NotEqual(0, request);

        Hear(receiver, 20, 0, isWhole: true);
        Hear(receiver, 21, (ushort)(request ^ 1), isWhole: true); // another one has asked
        Assert.False(receiver.IsCaughtUp(s_begin + s_long));
        Hear(receiver, 22, request, isWhole: false);
        Assert.False(receiver.IsCaughtUp(s_begin + s_long));
        Hear(receiver, 23, (ushort)(request ^ 1), isWhole: true); // and adds to what is told
        Assert.True(receiver.IsCaughtUp(s_begin));
    }

    [Fact]
    public void Receiver_MissesAMessage_AsksAgainAndWaits()
    {
        SyncReceiver receiver = Receiver();
        receiver.Step(s_begin);
        ushort first = _sent[0].Request;
        Hear(receiver, 20, first, isWhole: false);
        Hear(receiver, 21, first, isWhole: false);
        Hear(receiver, 23, first, isWhole: true);
        Assert.False(receiver.IsCaughtUp(s_begin + s_long));

        receiver.Step(s_begin + TimeSpan.FromMinutes(2));
        Assert.Equal(2, _sent.Count);
        Hear(receiver, 24, _sent[1].Request, isWhole: true);

        Assert.True(receiver.IsCaughtUp(s_begin));
    }

    [Fact]
    public void Receiver_BeforeTheSender_HearsAllFromItsFirstMessageOn()
    {
        SyncReceiver receiver = Receiver();
        receiver.Step(s_begin);

        Hear(receiver, 1, 0, isWhole: true);

        Assert.True(receiver.IsCaughtUp(s_begin));
    }

    [Fact]
    public void Sender_AskedTwiceInASecond_AnswersBothOneAfterTheOther()
    {
        var sender = new SyncSender(_director.Client, SyncId, 1400, NoLinks(), Keep);
        _ = sender.Walk();
        sender.Restart(5);
        _ = sender.Walk();
        sender.Restart(6);
        Assert.True(SpinWait.SpinUntil(() =>
        {
            _ = sender.Walk();
            return _sent[^1].Request == 6;
        }, TimeSpan.FromSeconds(30)));

        Assert.Equal([0, 5, 6], _sent.Select(static header => (int)header.Request).Distinct());
        Assert.All(_sent, static header => Assert.True(header.IsWhole));
    }

    private static SyncLinks NoLinks() => new(static () => []);

    private SyncReceiver Receiver() => new(_director.Client, SyncId, NoLinks(), Keep);

    private bool Keep(ReadOnlySpan<byte> message)
    {
        Assert.True(SyncMessage.TryReadHeader(message, out SyncHeader header));
        _sent.Add(header);
        return true;
    }

    private static void Hear(SyncReceiver receiver, uint sequence, ushort request, bool isWhole)
    {
        byte[] message = new byte[SyncMessage.HeaderSize];
        SyncMessage.WriteHeader(
            new(SyncKind.Connections, SyncId, 0, Sender, sequence, request, isWhole), message);
        receiver.Take(message, s_begin);
    }
}
