package com.example.core;

import java.io.IOException;
import java.io.StringReader;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;

/** How often each value stands in the first column of a table. */
public final class Counts {
    private Counts() {
    }

    public static Map<String, Integer> of(String table) throws IOException {
        Map<String, Integer> counts = new TreeMap<>();
        for (CSVRecord row : CSVFormat.DEFAULT.parse(new StringReader(table))) {
            counts.merge(row.get(0), 1, Integer::sum);
        }
        return counts;
    }
}
