import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.TimeWindows;

/**
 * A Kafka Streams application whose results are known, with the input for it and the check of its output.
 *
 *   topics BOOTSTRAP NAME                     makes the application's input and output topics
 *   produce BOOTSTRAP NAME FROM TO            writes the input's records FROM (inclusive) to TO (exclusive)
 *   run BOOTSTRAP NAME PROTOCOL GUARANTEE DIR runs an instance of two threads until it is told to stop
 *   check BOOTSTRAP NAME COUNT exact|least    waits until the output is what COUNT records of input make
 *
 * It counts words (over a repartition topic), counts records in windows, and joins two tables.
 */
public final class StreamsCheck {
    private static final int PARTITIONS = 4;
    private static final int WORDS = 50;
    private static final int USERS = 40;
    private static final long WINDOW_MS = 10_000;
    // Time of the first record, where a window begins. Not long ago: a broker rightly removes what is older than the windows' changelog keeps.
    private static final long START_MS = Long.getLong("startMs") / WINDOW_MS * WINDOW_MS;
    private static final String[] INPUTS = {"lines", "names", "towns"};
    private static final String[] OUTPUTS = {"words", "windows", "joined"};

    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "topics" -> makeTopics(args[1], args[2]);
            case "produce" -> produce(args[1], args[2], Integer.parseInt(args[3]), Integer.parseInt(args[4]));
            case "run" -> run(args[1], args[2], args[3], args[4], args[5]);
            case "check" -> System.exit(check(args[1], args[2], Integer.parseInt(args[3]), args[4].equals("exact")) ? 0 : 1);
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    private static void makeTopics(String bootstrap, String name) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            for (String[] topics : List.of(INPUTS, OUTPUTS)) {
                for (String topic : topics) admin.createTopics(List.of(new NewTopic(name + "-" + topic, PARTITIONS, (short) 1))).all().get();
            }
        }
    }

    // Record i: a line of two words, and in turn a name and a town of a user.
    private static void produce(String bootstrap, String name, int from, int to) throws Exception {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap, ProducerConfig.LINGER_MS_CONFIG, "5"), new StringSerializer(), new StringSerializer())) {
            Future<?> last = null;
            for (int i = from; i < to; i++) {
                producer.send(new ProducerRecord<>(name + "-lines", null, timeOf(i), "line" + i % PARTITIONS, word(i) + " " + word(i + 7)));
                String user = "user" + i % USERS;
                last = producer.send(new ProducerRecord<>(name + (i / USERS % 2 == 0 ? "-names" : "-towns"), null, timeOf(i), user, String.valueOf(i / USERS)));
                if (i % 200 == 0) Thread.sleep(20);
                if (i % 1000 == 0) System.out.println("PRODUCED " + i);
            }
            producer.flush();
            last.get();
        }
    }

    private static void run(String bootstrap, String name, String protocol, String guarantee, String folder) throws Exception {
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, name);
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        settings.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, protocol);
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, guarantee);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, folder);
        settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 2);
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 200);
        settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
        settings.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
        settings.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.StringSerde.class);
        settings.put(StreamsConfig.DSL_STORE_SUPPLIERS_CLASS_CONFIG, "org.apache.kafka.streams.state.BuiltInDslStoreSuppliers$InMemoryDslStoreSuppliers");
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), 10_000);
        if (protocol.equals("classic")) {
            settings.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, 1);
            settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 10_000);
            settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 1_000);
        }

        StreamsBuilder builder = new StreamsBuilder();
        KStream<String, String> lines = builder.stream(name + "-lines");
        lines.flatMapValues(line -> List.of(line.split(" ")))
            .groupBy((key, word) -> word)
            .count()
            .toStream()
            .mapValues(String::valueOf)
            .to(name + "-words");
        lines.groupByKey()
            .windowedBy(TimeWindows.ofSizeAndGrace(Duration.ofMillis(WINDOW_MS), Duration.ofHours(24)))
            .count()
            .toStream()
            .map((window, count) -> KeyValue.pair(window.key() + "@" + window.window().start(), String.valueOf(count)))
            .to(name + "-windows");
        builder.<String, String>table(name + "-names")
            .join(builder.<String, String>table(name + "-towns"), (user, town) -> user + "/" + town)
            .toStream()
            .to(name + "-joined");

        CountDownLatch stopped = new CountDownLatch(1);
        KafkaStreams streams = new KafkaStreams(builder.build(settings), settings);
        streams.setUncaughtExceptionHandler(failure -> {
            failure.printStackTrace();
            return org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
        streams.setStateListener((now, before) -> {
            System.out.println("STATE " + now);
            if (now == KafkaStreams.State.ERROR) stopped.countDown();
        });
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            streams.close(Duration.ofSeconds(30));
            System.out.println("CLOSED");
        }));
        streams.start();
        stopped.await();
    }

    private static boolean check(String bootstrap, String name, int count, boolean exact) {
        Map<String, String> expected = expected(count);
        Map<String, String> seen = new HashMap<>();
        long deadlineMs = System.currentTimeMillis() + 150_000;
        Map<String, Object> settings = Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap, ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            List<TopicPartition> partitions = new java.util.ArrayList<>();
            for (String output : OUTPUTS) {
                for (int i = 0; i < PARTITIONS; i++) partitions.add(new TopicPartition(name + "-" + output, i));
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = Collections.emptyMap();
            while (true) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
                    String key = record.topic().substring(name.length() + 1) + " " + record.key();
                    if (exact || !reaches(expected.get(key), seen.get(key), key)) seen.put(key, record.value());
                }
                if (ends.isEmpty()) ends = consumer.endOffsets(partitions);
                boolean isAtEnd = ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
                if (isAtEnd && fits(expected, seen, exact)) {
                    System.out.println("FITS " + seen.size() + " results, " + surplus(expected, seen) + " counted twice");
                    return true;
                }
                if (System.currentTimeMillis() > deadlineMs) break;
            }
        }
        int shown = 0;
        for (Map.Entry<String, String> entry : expected.entrySet()) {
            if (!entry.getValue().equals(seen.get(entry.getKey())) && shown++ < 20) System.out.println(entry.getKey() + ": expected " + entry.getValue() + ", seen " + seen.get(entry.getKey()));
        }
        System.out.println("DIFFERS " + seen.size() + " results, expected " + expected.size());
        return false;
    }

    private static boolean fits(Map<String, String> expected, Map<String, String> seen, boolean exact) {
        if (exact) return expected.equals(seen);
        return expected.entrySet().stream().allMatch(entry -> reaches(entry.getValue(), seen.get(entry.getKey()), entry.getKey()));
    }

    // Nobody fences an instance that was given up while it stood still: what it writes late may follow the newer results, which count all the same.
    private static boolean reaches(String expected, String value, String key) {
        if (expected == null || value == null) return false;
        return key.startsWith("joined") ? value.equals(expected) : Long.parseLong(value) >= Long.parseLong(expected);
    }

    private static long surplus(Map<String, String> expected, Map<String, String> seen) {
        long surplus = 0;
        for (Map.Entry<String, String> entry : expected.entrySet()) {
            if (!entry.getKey().startsWith("joined")) surplus += Long.parseLong(seen.get(entry.getKey())) - Long.parseLong(entry.getValue());
        }
        return surplus;
    }

    private static Map<String, String> expected(int count) {
        Map<String, Long> counts = new TreeMap<>();
        Map<String, String> names = new TreeMap<>();
        Map<String, String> towns = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            counts.merge("words " + word(i), 1L, Long::sum);
            counts.merge("words " + word(i + 7), 1L, Long::sum);
            counts.merge("windows line" + i % PARTITIONS + "@" + timeOf(i) / WINDOW_MS * WINDOW_MS, 1L, Long::sum);
            (i / USERS % 2 == 0 ? names : towns).put("user" + i % USERS, String.valueOf(i / USERS));
        }
        Map<String, String> expected = new TreeMap<>();
        counts.forEach((key, value) -> expected.put(key, String.valueOf(value)));
        names.forEach((user, value) -> {
            if (towns.containsKey(user)) expected.put("joined " + user, value + "/" + towns.get(user));
        });
        return expected;
    }

    private static String word(int i) {
        return "word" + i * 31 % WORDS;
    }

    private static long timeOf(int i) {
        return START_MS + i * 10L;
    }
}
