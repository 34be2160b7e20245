namespace Holdfast.Proxy.Engine;

/// <summary>What a transport knows of a connection.</summary>
[Flags]
internal enum ConnectionFlags
{
    None = 0,

    /// <summary>The owner has asked for data and has not got them.</summary>
    ReceiveWanted = 1 << 0,

    /// <summary>The connection is being made.</summary>
    Connecting = 1 << 1,

    /// <summary>Our direction ends when the queue is empty.</summary>
    ShutdownWanted = 1 << 2,

    /// <summary>Our direction has ended.</summary>
    ShutDown = 1 << 3,

    /// <summary>The connection stands in the list of those that have something to do.</summary>
    InReadyList = 1 << 4,

    /// <summary>It has failed, and the owner has to be told.</summary>
    FailurePending = 1 << 5,

    /// <summary>The peer has ended, and the owner has to be told.</summary>
    EndPending = 1 << 6,

    /// <summary>epoll: there may be something to receive.</summary>
    Readable = 1 << 7,

    /// <summary>epoll: the kernel may take data.</summary>
    Writable = 1 << 8,

    /// <summary>epoll: the descriptor is watched.</summary>
    Watched = 1 << 9,

    /// <summary>epoll: the peer has ended or reset, so receiving goes on until that is seen.</summary>
    HangUpSeen = 1 << 10,

    /// <summary>io_uring: a receive is under way.</summary>
    ReceiveArmed = 1 << 11,

    /// <summary>io_uring: that receive was told to end.</summary>
    ReceiveCancelled = 1 << 12,

    /// <summary>io_uring: a send is under way.</summary>
    SendArmed = 1 << 13,

    /// <summary>The last receive filled its buffer: there is much to come.</summary>
    Bulk = 1 << 14,

    /// <summary>io_uring: data are probably there already.</summary>
    Hopeful = 1 << 15,

    /// <summary>epoll: the kernel has not taken all data.</summary>
    Blocked = 1 << 16,

    /// <summary>io_uring: nothing has been received on an accepted connection: it may have one request only.</summary>
    Fresh = 1 << 18,

    /// <summary>epoll: the end of the stream is in the kernel's buffer, behind its last data.</summary>
    EndArrived = 1 << 19,

    /// <summary>epoll: there was urgent data, at which a receive stops: a short one says nothing any more.</summary>
    Urgent = 1 << 20,

    /// <summary>epoll: the descriptor is watched for room to send, too.</summary>
    WatchedToSend = 1 << 21,

    /// <summary>Its layer has no buffer for what has arrived, and waits until there is one.</summary>
    LacksBuffer = 1 << 22,

    /// <summary>The connection stands in the list of those whose data are sent together.</summary>
    InSenderList = 1 << 17,
}
